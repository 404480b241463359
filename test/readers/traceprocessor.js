// Loads a trace into Perfetto's trace processor and asks it queries:
//
//   node traceprocessor.js FOLDER TRACE QUERY...
//
// FOLDER is one of Perfetto's viewer: the worker in it has the trace processor as
// WebAssembly. Prints an array with the rows of each query.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const [folder, trace, ...queries] = process.argv.slice(2);

// The worker knows browsers only: it gets what it uses of one, and no `process`.
class XMLHttpRequest {
  open(method, url) { this.url = url; }
  send() {
    const bytes = fs.readFileSync(path.join(folder, path.basename(this.url)));
    this.response = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  }
}
const silent = { log() {}, warn() {}, error() {} };
const worker = {
  console: silent, location: { href: 'http://localhost/' }, WorkerGlobalScope: class {}, XMLHttpRequest,
  WebAssembly, TypeError, Uint8Array, URL, TextDecoder, TextEncoder, setTimeout, performance, crypto,
};
worker.self = worker;

// Protocol buffers: what the worker is told (perfetto.protos.TraceProcessorRpc).
function varint(n) {
  const bytes = [];
  for (n = BigInt(n); n > 127n; n >>= 7n) bytes.push(Number(n & 127n) | 128);
  return Buffer.from([...bytes, Number(n)]);
}
const number = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);
const bytes = (field, b) => Buffer.concat([varint(field << 3 | 2), varint(b.length), b]);

// and what it says: pairs of a field's number and its value.
function* fields(b) {
  for (let at = 0; at < b.length;) {
    const next = () => {
      const [n, end] = readVarint(b, at);
      at = end;
      return n;
    };
    const tag = Number(next());
    switch (tag & 7) {
      case 0: yield [tag >> 3, next()]; break;
      case 1: yield [tag >> 3, b.subarray(at, at += 8)]; break;
      case 2: {
        const size = Number(next());
        yield [tag >> 3, b.subarray(at, at += size)];
        break;
      }
      default: throw new Error('wire type ' + (tag & 7));
    }
  }
}
function readVarint(b, at) {
  let n = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const c = b[at++];
    n |= BigInt(c & 127) << shift;
    if (c < 128) return [n, at];
  }
}

// cells takes a batch of cells apart (QueryResult.CellsBatch).
function* cells(batch) {
  let kinds = [], integers = [], floats = Buffer.alloc(0), texts = [];
  for (const [field, value] of fields(batch)) {
    if (field === 1) kinds = [...value];
    if (field === 2) for (let at = 0; at < value.length;) {
      const [n, end] = readVarint(value, at);
      integers.push(Number(BigInt.asIntN(64, n)));
      at = end;
    }
    if (field === 3) floats = Buffer.from(value);
    if (field === 5) texts = value.toString().split('\0');
  }
  let float = 0, integer = 0, text = 0;
  for (const kind of kinds) {
    switch (kind) {
      case 1: yield null; break;
      case 2: yield integers[integer++]; break;
      case 3: yield floats.readDoubleLE(8 * float++); break;
      case 4: yield texts[text++]; break;
      default: throw new Error('a cell of kind ' + kind);
    }
  }
}

const port = { postMessage(b) { this.replies.push(Buffer.from(b)); } };
let sequence = 0;

// call sends a request and returns the fields of the replies to it.
function call(method, ...more) {
  port.replies = [];
  port.onmessage({ data: new Uint8Array(bytes(1, Buffer.concat([number(1, ++sequence), number(2, method), ...more]))) });
  const all = [];
  for (const reply of port.replies) for (const [, message] of fields(reply)) all.push(...fields(message));
  for (const [field, value] of all) if (field === 5) throw new Error(value);
  return all;
}

function load() {
  const content = fs.readFileSync(trace);
  const some = 16 << 20;
  for (let at = 0; at < content.length; at += some) {
    for (const [field, result] of call(1, bytes(101, content.subarray(at, at + some)))) {
      if (field === 201) for (const [f, text] of fields(result)) if (f === 2) throw new Error(text);
    }
  }
  call(2);
}

function query(sql) {
  const names = [], all = [];
  for (const [field, result] of call(3, bytes(103, bytes(1, Buffer.from(sql))))) {
    if (field !== 203) continue;
    for (const [f, value] of fields(result)) {
      if (f === 1) names.push(value.toString());
      if (f === 2) throw new Error(value);
      if (f === 3) for (const cell of cells(value)) all.push(cell);
    }
  }
  const rows = [];
  for (let at = 0; at < all.length; at += names.length) rows.push(all.slice(at, at + names.length));
  return rows;
}

vm.runInNewContext(fs.readFileSync(path.join(folder, 'engine_bundle.js'), 'utf8'), worker);
worker.onmessage({ data: port });
setTimeout(() => { // it is ready after this turn
  load();
  console.log(JSON.stringify(queries.map(query)));
}, 0);
