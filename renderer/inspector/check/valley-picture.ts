import type { Valley } from '@core'
import { type PlotArea, plotArea, type Point } from '../../components/charts/plot-area'

/** Exponents of ten on the axis of h, with room at both ends */
const hEnds = [-12.4, -0.6] as const

/** The errors of a valley as points of a picture with exponents of ten on both axes. */
export interface ValleyPicture {
  readonly area: PlotArea
  readonly lines: readonly (readonly Point[])[]
  /** Where an error of exactly 0 is drawn; null: there is none */
  readonly zero: number | null
}

/** @param edges of the plot, in pixels */
export function valleyPicture(hs: readonly number[], valleys: readonly Valley[], edges: Pick<PlotArea, 'left' | 'right' | 'top' | 'bottom'>): ValleyPicture {
  const all = valleys.flatMap(({ errors }) => errors).filter(Number.isFinite)
  const exponents = all.filter(error => error > 0).map(Math.log10)
  const least = exponents.length ? Math.floor(Math.min(...exponents)) : -16
  const most = exponents.length ? Math.ceil(Math.max(...exponents)) : -10
  const hasZeros = all.includes(0)
  const floor = hasZeros ? least - 1 : least
  return {
    area: plotArea(edges, { xEnds: hEnds, yEnds: [floor, Math.max(most, least + 1)] }),
    lines: valleys.map(({ errors }) => hs.flatMap((h, i) => Number.isFinite(errors[i]!) ? [{ x: Math.log10(h), y: errors[i] === 0 ? floor : Math.log10(errors[i]!) }] : [])),
    zero: hasZeros ? floor : null,
  }
}
