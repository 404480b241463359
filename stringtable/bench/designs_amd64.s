#include "textflag.h"
#include "go_asm.h"

// func uniqueAVX2(t *sixteen, s string) uint32
//
// The original's: one byte of each slot, then the lengths.
TEXT ·uniqueAVX2(SB), NOSPLIT, $0-28
	MOVQ t+0(FP), AX
	MOVQ s_base+8(FP), SI
	MOVQ s_len+16(FP), BX
	MOVL $65535, CX
	MOVQ SI, DX
	ANDL $4095, DX
	CMPL DX, $4080
	JA   done                    // 16 bytes may not be there: each slot may fit
	VMOVDQU (SI), X0
	VPSHUFB sixteen_uniquePlace(AX), X0, X0
	VPCMPEQB sixteen_uniqueByte(AX), X0, X0
	MOVL $126, CX
	CMPQ BX, CX
	CMOVQGT CX, BX
	VMOVD BX, X1
	VPXOR X2, X2, X2
	VPSHUFB X2, X1, X1
	VPCMPGTB sixteen_below(AX), X1, X1
	VPAND X1, X0, X0
	VPMOVMSKB X0, CX

done:
	MOVL CX, ret+24(FP)
	RET

// func wordsAVX2(t *sixteen, chunk uint64) uint32
TEXT ·wordsAVX2(SB), NOSPLIT, $0-20
	MOVQ t+0(FP), AX
	VPBROADCASTQ chunk+8(FP), Y0
	VPAND sixteen_mask(AX), Y0, Y1
	VPAND (sixteen_mask+32)(AX), Y0, Y2
	VPAND (sixteen_mask+64)(AX), Y0, Y3
	VPAND (sixteen_mask+96)(AX), Y0, Y4
	VPCMPEQQ sixteen_value(AX), Y1, Y1
	VPCMPEQQ (sixteen_value+32)(AX), Y2, Y2
	VPCMPEQQ (sixteen_value+64)(AX), Y3, Y3
	VPCMPEQQ (sixteen_value+96)(AX), Y4, Y4
	VMOVMSKPD Y1, CX
	VMOVMSKPD Y2, DX
	VMOVMSKPD Y3, R8
	VMOVMSKPD Y4, R9
	SHLL $4, DX
	SHLL $8, R8
	SHLL $12, R9
	ORL  DX, CX
	ORL  R9, R8
	ORL  R8, CX
	MOVL CX, ret+16(FP)
	VZEROUPPER
	RET

// func wordsAVX512(t *sixteen, chunk uint64) uint32
TEXT ·wordsAVX512(SB), NOSPLIT, $0-20
	MOVQ t+0(FP), AX
	VPBROADCASTQ chunk+8(FP), Z16
	VPANDQ sixteen_mask(AX), Z16, Z17
	VPANDQ (sixteen_mask+64)(AX), Z16, Z18
	VPCMPEQQ sixteen_value(AX), Z17, K1
	VPCMPEQQ (sixteen_value+64)(AX), Z18, K2
	KUNPCKBW K1, K2, K1
	KMOVW K1, CX
	MOVL CX, ret+16(FP)
	RET

// func fourVBMI(t *sixteen, s string) uint32
//
// Four bytes of each slot, from anywhere in the first 64 of s, by one permutation.
TEXT ·fourVBMI(SB), NOSPLIT, $0-28
	MOVQ t+0(FP), AX
	MOVQ s_base+8(FP), SI
	MOVQ s_len+16(FP), BX
	MOVQ $-1, DX
	MOVQ $64, CX
	CMPQ BX, CX
	CMOVQGT CX, BX
	BZHIQ BX, DX, DX
	KMOVQ DX, K1
	VMOVDQU8.Z (SI), K1, Z16
	VMOVDQU64 sixteen_perm(AX), Z17
	VPERMB Z16, Z17, Z17
	VPCMPEQD sixteen_want(AX), Z17, K2
	KMOVW K2, CX
	MOVL CX, ret+24(FP)
	RET

#define ADD8 ADDQ DX, AX; ADDQ DX, AX; ADDQ DX, AX; ADDQ DX, AX; ADDQ DX, AX; ADDQ DX, AX; ADDQ DX, AX; ADDQ DX, AX

// func adds(n int) uint64
TEXT ·adds(SB), NOSPLIT, $0-16
	MOVQ n+0(FP), CX
	MOVQ $3, DX
	XORL AX, AX

more:
	ADD8
	ADD8
	ADD8
	ADD8
	ADD8
	ADD8
	ADD8
	ADD8
	DECQ CX
	JNZ  more
	MOVQ AX, ret+8(FP)
	RET
