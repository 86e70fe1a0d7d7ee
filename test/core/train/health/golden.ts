import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Magnitudes } from '@core'

/** A number; NaN and infinities are strings */
export type Numbers = readonly (number | string)[]
export interface GoldenMagnitudes { readonly counts: readonly number[], readonly zeros: number, readonly nonFinite: number }
export interface GoldenBlock {
  readonly name: string
  readonly activation: GoldenMagnitudes
  readonly gradient: GoldenMagnitudes
  readonly update: GoldenMagnitudes | null
  readonly gradientNorm: number
  readonly ratio: number | null
}
/** Output of generate.py: NumPy in float64 */
interface Golden {
  readonly tensors: readonly (GoldenMagnitudes & { readonly name: string, readonly x: Numbers })[]
  readonly change: { readonly before: Numbers, readonly after: Numbers, readonly magnitudes: GoldenMagnitudes }
  readonly training: {
    readonly images: readonly number[]
    readonly labels: readonly number[]
    readonly learningRate: number
    readonly before: Readonly<Record<string, readonly number[]>>
    readonly steps: readonly {
      readonly blocks: readonly GoldenBlock[]
      readonly units: readonly { readonly layer: string, readonly of: 'fired' | 'saturated', readonly shares: readonly number[] }[]
    }[]
  }
}
export const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../fixtures/golden/health/health.json'), 'utf8')) as Golden

export const plain = ({ counts, zeros, nonFinite }: Magnitudes): GoldenMagnitudes => ({ counts: [...counts], zeros, nonFinite })
