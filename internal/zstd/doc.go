// Package zstd compresses and decompresses with Zstandard (RFC 8878). It is the
// only importer of the library that does, and fixes what the project wants of it:
// bounded memory on both sides, whatever the bytes claim.
//
// An Encoder and a Decoder work on buffers of 100 bytes to some megabytes and are
// reused. NewWriter and NewReader work on streams of any length.
package zstd
