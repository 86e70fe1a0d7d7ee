import type { LayeredLink, LayeredNode } from './layered-graph'

const pitch = 15

/**
 * The heights at which edges arrive, relative to the node's baseline: the only edge that comes from an
 * operation goes straight through, inputs join from above and below.
 * @param arriving from top to bottom
 */
export function portsOf({ portReach, ports }: LayeredNode, arriving: readonly LayeredLink[], isLeaf: (id: string) => boolean): readonly number[] {
  if (ports) return arriving.map(({ id }) => ports.get(id)!)
  const spines = arriving.filter(({ from }) => !isLeaf(from))
  const spine = spines.length === 1 ? arriving.indexOf(spines[0]!) : -1
  const last = arriving.length - 1
  if (spine >= 0 && Math.max(spine, last - spine) * pitch <= portReach) return arriving.map((_, i) => (i - spine) * pitch)
  const step = last > 0 ? Math.min(last === 1 ? 20 : pitch, 2 * portReach / last) : 0
  return arriving.map((_, i) => (i - last / 2) * step)
}
