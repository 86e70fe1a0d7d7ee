import { bestModule, createBackend, type KernelBytes } from '@core'
import { describe, expect, test } from 'vitest'
import { isJoined, isTrusted, sameBits } from '../../../core/ops/trial'
import { kernelBytes, plainOnly, wideBytes } from './kernels'

const [narrow, wide] = [new WebAssembly.Module(kernelBytes.relaxed), wideBytes.wide!()!]

/** The wide module with one more instruction changed: the byte at which `opcode` stands for the nth time */
function spoiled(bytes: Uint8Array<ArrayBuffer>, opcode: readonly number[], change: readonly number[], nth: number): WebAssembly.Module {
  const copy = bytes.slice()
  let at = -1
  for (let i = 0; i <= nth; i++) {
    at = copy.findIndex((_, j) => j > at && opcode.every((byte, k) => copy[j + k] === byte))
    if (at < 0) throw new Error('there are not so many')
  }
  copy.set(change, at)
  return new WebAssembly.Module(copy)
}

describe('the trial of the wide module', () => {
  test('finds the narrow module\'s bits in it', () => {
    expect(sameBits(wide, narrow)).toBe(true)
  })

  // f32x4.pmax (fd eb 01) is where softmax and sigmoid begin, f32x4.sqrt (fd e3 01) what Adam divides by.
  test.each([['the smaller for the larger', [0xfd, 0xeb, 0x01], [0xfd, 0xea, 0x01]], ['√x for −x', [0xfd, 0xe3, 0x01], [0xfd, 0xe1, 0x01]]] as const)('sees one wrong operation: %s', (_, from, to) => {
    expect(sameBits(spoiled(kernelBytes.relaxed, from, to, 0), narrow)).toBe(false)
  })

  test('sees that nothing was joined: this runtime was not told to', () => {
    expect(isJoined(wide)).toBe(false)
    expect(isTrusted(wide, narrow)).toBe(false)
  })

  test('is what decides', () => {
    const named = (bytes: KernelBytes, trial?: () => boolean): string => createBackend({ bytes, ...trial ? { trial } : {} }).ops.name
    expect(named(wideBytes)).toBe('wasm-relaxed-simd')
    expect(named(wideBytes, () => true)).toBe('wasm-wide-simd')
    expect(named(wideBytes, () => false)).toBe('wasm-relaxed-simd')
    expect(named({ ...kernelBytes, wide: () => null }, () => true)).toBe('wasm-relaxed-simd')
    expect(bestModule({ ...plainOnly, wide: () => { throw new Error('it needs relaxed SIMD') } })?.kind).toBe('simd')
  })
})
