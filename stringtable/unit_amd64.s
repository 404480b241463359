#include "textflag.h"
#include "go_asm.h"

// A leaf (see the page of the package): log2 of its room at 1, depth at 4, slots at 16,
// values at 128 and masks at 192 with room for 8, values at 256 and masks at 384 for 16.
#define ROOM 1
#define DEPTH 4
#define SLOTS 16

// func fitsWide(leaf node, s string) uint32
//
// 8 bytes from the start of s are read where that does not leave the page, and else
// 8 bytes up to its end: what does not belong to s is in the same page, and masked off.
TEXT ·fitsWide(SB), NOSPLIT, $0-28
	MOVQ leaf_first+0(FP), AX
	MOVQ s_base+8(FP), SI
	MOVQ s_len+16(FP), BX
	XORL DX, DX
	TESTQ BX, BX
	JZ   loaded
	MOVQ SI, CX
	ANDL $4095, CX
	CMPL CX, $4088
	JA   end
	MOVQ (SI), DX
	CMPQ BX, $8
	JAE  loaded
	LEAL (BX*8), CX
	BZHIQ CX, DX, DX
	JMP  loaded

end:
	CMPQ BX, $8
	JAE  whole
	MOVQ -8(SI)(BX*1), DX
	LEAL (BX*8), CX
	NEGL CX
	SHRXQ CX, DX, DX
	JMP  loaded

whole:
	MOVQ (SI), DX

loaded:
	VMOVQ DX, X0
	VPBROADCASTQ X0, Y0
	CMPB ROOM(AX), $4
	JE   sixteen
	VPAND 192(AX), Y0, Y1
	VPAND 224(AX), Y0, Y2
	VPCMPEQQ 128(AX), Y1, Y1
	VPCMPEQQ 160(AX), Y2, Y2
	VMOVMSKPD Y1, CX
	VMOVMSKPD Y2, DX
	SHLL $4, DX
	ORL  DX, CX
	MOVL CX, ret+24(FP)
	VZEROUPPER
	RET

sixteen:
	VPAND 384(AX), Y0, Y1
	VPAND 416(AX), Y0, Y2
	VPAND 448(AX), Y0, Y3
	VPAND 480(AX), Y0, Y4
	VPCMPEQQ 256(AX), Y1, Y1
	VPCMPEQQ 288(AX), Y2, Y2
	VPCMPEQQ 320(AX), Y3, Y3
	VPCMPEQQ 352(AX), Y4, Y4
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
	MOVL CX, ret+24(FP)
	VZEROUPPER
	RET

// func findWide(t *Table, leaf node, s string) int
//
// Bytes that are masked off are not read, so that neither s nor the text need room behind them.
// Registers from 16 on need no VZEROUPPER.
TEXT ·findWide(SB), NOSPLIT, $0-40
	MOVQ leaf_first+8(FP), AX
	MOVQ s_base+16(FP), SI
	MOVQ s_len+24(FP), BX
	MOVQ $-1, DX
	MOVL $32, R9
	CMPQ BX, R9
	CMOVQLT BX, R9
	BZHIQ R9, DX, R8
	KMOVD R8, K3
	VMOVDQU8.Z (SI), K3, Y16     // what each slot is compared with as a whole
	MOVL DEPTH(AX), CX
	VPBROADCASTQ X16, Z17        // what all are compared with at once
	TESTL CX, CX
	JNZ  deep

compare:
	CMPB ROOM(AX), $4
	JE   sixteen
	VPANDQ 192(AX), Z17, Z18
	VPCMPEQQ 128(AX), Z18, K1
	JMP  compared

sixteen:
	VPANDQ 384(AX), Z17, Z18
	VPANDQ 448(AX), Z17, Z19
	VPCMPEQQ 256(AX), Z18, K1
	VPCMPEQQ 320(AX), Z19, K2
	KUNPCKBW K1, K2, K1

compared:
	KMOVW K1, CX
	MOVQ t+0(FP), DI
	TESTL CX, CX
	JZ   none
	MOVQ Table_text(DI), DI

slot:
	TZCNTL CX, R10
	LEAQ (R10)(R10*2), R10
	MOVL (SLOTS+8)(AX)(R10*4), R13 // its length
	MOVL (SLOTS+4)(AX)(R10*4), R12 // where it is in the text
	MOVL SLOTS(AX)(R10*4), R11     // 1 + the index of the prefix; 0: the slot is not taken, nor are those behind it
	CMPQ R13, BX
	JA   differs
	ADDQ DI, R12
	CMPQ R13, $32
	JA   long
	BZHIQ R13, DX, R9
	KMOVD R9, K2
	VMOVDQU8.Z (R12), K2, Y19
	VPCMPUB $4, Y19, Y16, K2, K3
	KORTESTD K3, K3
	JNZ  differs

same:
	DECQ R11
	MOVQ R11, ret+32(FP)
	RET

deep:
	XORL R10, R10
	MOVQ BX, R9
	SUBQ CX, R9
	CMOVQLT R10, R9
	MOVL $8, R10
	CMPQ R9, R10
	CMOVQGT R10, R9
	BZHIQ R9, DX, R8
	KMOVW R8, K1
	VMOVDQU8.Z (SI)(CX*1), K1, X17
	VPBROADCASTQ X17, Z17
	JMP  compare

long:
	MOVQ SI, R10
	CMPQ R13, $64
	JB   last

whole:
	VMOVDQU8 (R10), Z18
	VPCMPUB $4, (R12), Z18, K3
	KORTESTQ K3, K3
	JNZ  differs
	ADDQ $64, R10
	ADDQ $64, R12
	SUBQ $64, R13
	CMPQ R13, $64
	JAE  whole

last:
	BZHIQ R13, DX, R9
	KMOVQ R9, K2
	VMOVDQU8.Z (R10), K2, Z18
	VMOVDQU8.Z (R12), K2, Z19
	VPCMPUB $4, Z19, Z18, K3
	KORTESTQ K3, K3
	JZ   same

differs:
	BLSRL CX, CX
	JNZ  slot

none:
	MOVQ $-1, ret+32(FP)
	RET
