import type { Model } from '../network/model'
import type { WeightPlace } from './weight-place'

/**
 * The weight of a parameter that needs to move least for a ReLU to switch, where the ReLU follows at once: its input z changes
 * by x for each unit of W, and by 1 for each of b.
 * @param model after a forward pass
 * @returns null: another layer is between, or nothing switches
 */
export function nearestKink({ layers, definitions }: Pick<Model, 'layers' | 'definitions'>, path: string): WeightPlace | null {
  const at = layers.findIndex(({ params }) => params.some(param => param.path === path))
  const layer = layers[at]
  if (layer?.kind !== 'affine' || !definitions[at + 1]?.kinkAtZero) return null
  const { x, out } = layer
  const isVector = path.endsWith('.b')
  let [best, least]: [WeightPlace | null, number] = [null, Infinity]
  for (let i = 0; i < out.size; i++) {
    const [n, column, z] = [Math.floor(i / out.columns), i % out.columns, Math.abs(out.data[i]!)]
    if (z === 0) continue
    for (let row = 0; row < (isVector ? 1 : x.columns); row++) {
      const distance = z / (isVector ? 1 : Math.abs(x.data[n * x.columns + row]!))
      if (distance < least) [best, least] = [{ path, row, column }, distance]
    }
  }
  return best
}
