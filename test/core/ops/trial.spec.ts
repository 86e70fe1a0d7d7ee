import { setFlagsFromString } from 'node:v8'
import { fastestModule, createBackend, type KernelBytes, Random } from '@core'
import { describe, expect, test } from 'vitest'
import { takesLessThan } from '../../../core/ops/takes-less-than'
import { isJoined, isTrusted, sameBits } from '../../../core/ops/trial'
import { kernelBytes, plainOnly, wideBytes } from './kernels'

const [narrow, wide] = [new WebAssembly.Module(kernelBytes.relaxed), new WebAssembly.Module(kernelBytes.wide)]

/** The wide module with one more changed instruction: the nth occurrence of `opcode` */
function corrupted(bytes: Uint8Array<ArrayBuffer>, opcode: readonly number[], change: readonly number[], nth: number): WebAssembly.Module {
  const copy = bytes.slice()
  let at = -1
  for (let i = 0; i <= nth; i++) {
    at = copy.findIndex((_, j) => j > at && opcode.every((byte, k) => copy[j + k] === byte))
    if (at < 0) throw new Error('there are not so many')
  }
  copy.set(change, at)
  return new WebAssembly.Module(copy)
}

/** Compiled with the optimizing compiler; the bytes are modified slightly, since the engine would otherwise reuse an earlier compilation. */
function atOnce(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  for (const flag of ['--no-liftoff', '--no-wasm-lazy-compilation']) setFlagsFromString(flag)
  try { return new WebAssembly.Module(new Uint8Array([...bytes, 0, 2, 1, 0x61])) } // adds a custom section named a
  finally { for (const flag of ['--liftoff', '--wasm-lazy-compilation']) setFlagsFromString(flag) }
}

describe('the trial of the wide module', () => {
  test('finds the same bits as the narrow module’s', () => {
    expect(sameBits(wide, narrow)).toBe(true)
  })

  // f32x4.pmax (fd eb 01) occurs first in softmax and sigmoid, f32x4.sqrt (fd e3 01) in Adam's division.
  test.each([['the smaller for the larger', [0xfd, 0xeb, 0x01], [0xfd, 0xea, 0x01]], ['√x for −x', [0xfd, 0xe3, 0x01], [0xfd, 0xe1, 0x01]]] as const)('detects one wrong operation: %s', (_, from, to) => {
    expect(sameBits(corrupted(kernelBytes.relaxed, from, to, 0), narrow)).toBe(false)
  })

  test('detects that no lanes were joined: this runtime has no such flag set', () => {
    const [narrow, wide] = [atOnce(kernelBytes.relaxed), atOnce(kernelBytes.wide)]
    expect(isJoined(wide, narrow)).toBe(false)
    expect(isTrusted(wide, narrow)).toBe(false)
  })

  test('is what decides', () => {
    const named = (bytes: KernelBytes, trial?: () => boolean): string => createBackend({ bytes, ...trial ? { trial } : {} }).ops.name
    expect(named({ ...wideBytes, compile: atOnce })).toBe('wasm-relaxed-simd')
    expect(named(wideBytes, () => true)).toBe('wasm-wide-simd')
    expect(named(wideBytes, () => false)).toBe('wasm-relaxed-simd')
    expect(named({ ...kernelBytes, compile: () => null }, () => true)).toBe('wasm-relaxed-simd')
    expect(fastestModule({ ...plainOnly, compile: () => { throw new Error('it needs relaxed SIMD') } })?.kind).toBe('simd')
  })
})

describe('a comparison of two times', () => {
  /** A busy machine: most bursts are lengthened, some by a whole time slice of another program; the clock rate changes between bursts. */
  function busy(seed: number, ratio: number) {
    const random = new Random(seed)
    const burst = (least: number) => (): number => {
      const noise = 1 + 0.06 * random.next()
      return least * noise * (random.next() < 0.7 ? 1 + 9 * random.next() : 1)
    }
    return takesLessThan(1.5, burst(7 * ratio), burst(7))
  }

  // 1.02 and 1.13 were measured where lanes are joined; computing in two halves takes 2.
  test.each([[1.02, true], [1.13, true], [1.25, true], [1.8, false], [2, false], [3, false]])('at a ratio of %f gives the same answer at each of 1,000 starts under load: %s', (ratio, answer) => {
    expect(Array.from({ length: 1000 }, (_, seed) => busy(seed, ratio)).filter(found => found !== answer)).toEqual([])
  })

  test('takes long only near the limit', () => {
    const count = (ratio: number): number => {
      let bursts = 0
      takesLessThan(1.5, () => { bursts++; return ratio }, () => 1)
      return bursts
    }
    expect(count(1)).toBe(count(2))
    expect(count(1.45)).toBeGreaterThan(5 * count(1))
    expect(count(1.55)).toBe(count(1.45))
  })
})
