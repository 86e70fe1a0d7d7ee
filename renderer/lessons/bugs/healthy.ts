import type { Bug } from './bug'
import curves from './healthy-curves.json'

/** Mean losses of the runs without a bug by hidden layers, '30,30': a curve for each of `healthySeeds`. Measured by test/renderer/lessons/bugs/healthy.spec.ts. */
const byHidden: Readonly<Record<string, readonly (readonly number[])[]>> = curves

/** Least and greatest loss of the healthy runs at each step. */
export function healthyBand({ hidden }: Pick<Bug, 'hidden'>): readonly { readonly least: number, readonly greatest: number }[] {
  const runs = byHidden[hidden.join()] ?? []
  return (runs[0] ?? []).map((_, i) => {
    const losses = runs.map(run => run[i]!)
    return { least: Math.min(...losses), greatest: Math.max(...losses) }
  })
}
