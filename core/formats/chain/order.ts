import { excerpt } from '../../typed/excerpt'
import { fault, shapeText } from '../fault'
import type { FoundAffine, FoundNormalization, FoundTensor, MatrixLayout } from './modules'
import { namesText, numbersIn } from './modules'

/** Affine layers in their order, with the layout of their matrices. */
export interface OrderedAffines {
  readonly affines: readonly FoundAffine[]
  readonly layout: MatrixLayout
}

/** Inputs and outputs of a matrix. */
export const endsOf = ({ matrix: { shape } }: Pick<FoundAffine, 'matrix'>, layout: MatrixLayout): readonly [inputs: number, outputs: number] =>
  layout === 'inOut' ? [shape[0]!, shape[1]!] : [shape[1]!, shape[0]!]

/** Limit for the search by shapes, far beyond any network of the lab */
const maxTries = 20_000

/**
 * Orders affine layers by the numbers in their names, or else by their shapes.
 * @param vectors which must each be the bias of one of them
 * @throws FormatError weights.shape where numbered layers do not join; chain.order, chain.layout where there is more than one way
 */
export function orderOf(found: readonly FoundAffine[], vectors: readonly FoundTensor[], file: string): OrderedAffines {
  const numbered = byNumber(found)
  const stated = found.every(({ layout }) => layout === found[0]!.layout) ? found[0]!.layout : null
  const layouts: readonly MatrixLayout[] = stated === 'inOut' ? ['inOut', 'outIn'] : ['outIn', 'inOut']
  if (numbered) {
    const fitting = preferred(layouts.filter(layout => !faultIn(numbered, layout)), layout => haveOutputs(numbered, layout, vectors))
    if (fitting.length > 1 && stated === null) throw fault(file, 'chain.layout', { found: namesAndShapes(numbered) })
    if (fitting[0]) return { affines: numbered, layout: fitting[0] }
  }
  if (!numbered || !haveOneForm(found)) {
    const ways = preferred(layouts.flatMap(layout => byShapes(found, layout, file).map(affines => ({ affines, layout }))), ({ affines, layout }) => haveOutputs(affines, layout, vectors))
    const [only, other] = preferred(ways, ({ layout }) => layout === stated)
    if (only && !other) return only
    if (only && other) throw fault(file, only.layout === other.layout ? 'chain.order' : 'chain.layout', { found: namesAndShapes(found) })
  }
  const broken = layouts.map(layout => faultIn(numbered ?? found, layout)).find(fault => fault !== null)
  if (!broken) throw fault(file, 'chain.order', { found: namesAndShapes(found) })
  const { tensor, wanted } = broken
  throw fault(file, 'weights.shape', { tensor: excerpt(tensor.name), wanted, found: excerpt(shapeText(tensor.shape)) })
}

/** By the numbers in their names, if each has its own; else null. */
function byNumber(found: readonly FoundAffine[]): readonly FoundAffine[] | null {
  const isNumbered = found.length === 1 || (found.every(({ numbers }) => numbers.length > 0) && new Set(found.map(({ numbers }) => numbers.join())).size === found.length)
  return isNumbered ? [...found].sort((a, b) => compareNumbers(a.numbers, b.numbers)) : null
}

export const compareNumbers = (a: readonly number[], b: readonly number[]): number => a.reduce((order, n, i) => order || n - (b[i] ?? -1), 0) || a.length - b.length

/** Whether their names differ in their numbers only. */
const haveOneForm = (found: readonly FoundAffine[]): boolean => new Set(found.map(({ key }) => key.replace(/\d+/g, '#'))).size === 1

/** The first tensor that does not fit to the one before. */
function faultIn(affines: readonly FoundAffine[], layout: MatrixLayout): { readonly tensor: FoundTensor, readonly wanted: string } | null {
  let before: number | null = null
  for (const affine of affines) {
    const [inputs, outputs] = endsOf(affine, layout)
    if (before !== null && inputs !== before) return { tensor: affine.matrix, wanted: layout === 'inOut' ? `(${before}, …)` : `(…, ${before})` }
    if (affine.bias && affine.bias.shape[0] !== outputs) return { tensor: affine.bias, wanted: shapeText([outputs]) }
    before = outputs
  }
  return null
}

/** Those for which something speaks; where nothing does, all. */
function preferred<T>(all: readonly T[], speaksFor: (one: T) => boolean): readonly T[] {
  const some = all.filter(speaksFor)
  return some.length > 0 ? some : all
}

/** Whether each vector has the size of some layer's output. */
const haveOutputs = (affines: readonly FoundAffine[], layout: MatrixLayout, vectors: readonly FoundTensor[]): boolean =>
  vectors.every(({ shape }) => affines.some(affine => endsOf(affine, layout)[1] === shape[0]))

/** At most two orders in which the shapes form one chain. */
function byShapes(found: readonly FoundAffine[], layout: MatrixLayout, file: string): readonly (readonly FoundAffine[])[] {
  const ways: (readonly FoundAffine[])[] = []
  let tries = 0
  const extend = (chain: readonly FoundAffine[]): void => {
    if (ways.length > 1) return
    if (++tries > maxTries) throw fault(file, 'chain.order', { found: namesAndShapes(found) })
    if (chain.length === found.length) ways.push(chain)
    else for (const next of found) if (!chain.includes(next) && !faultIn([...chain.slice(-1), next], layout)) extend([...chain, next])
  }
  extend([])
  return ways
}

/** Before which affine layer each normalization stands: 0 for the first, the number of layers for the end. */
export function placesOf(normalizations: readonly FoundNormalization[], { affines, layout }: OrderedAffines, file: string): readonly number[] {
  const sizes = [endsOf(affines[0]!, layout)[0], ...affines.map(affine => endsOf(affine, layout)[1])]
  const keys = [...affines, ...normalizations].map(({ numbers }) => numbers.join())
  const isOneList = keys.every(key => key !== '') && new Set(keys).size === keys.length
  const taken = new Set<number>()
  return normalizations.map((normalization) => {
    const { mean, numbers } = normalization
    const fits = (place: number): boolean => sizes[place] === mean.shape[0]
    const listed = isOneList ? affines.filter(affine => compareNumbers(affine.numbers, numbers) < 0).length : affines.findIndex(affine => numbers.length > 0 && affine.numbers.join() === numbers.join()) + 1
    const places = (isOneList || listed > 0) && fits(listed) ? [listed] : [...sizes.keys()].filter(place => fits(place) && !taken.has(place))
    const [place, other] = places
    if (place === undefined) throw fault(file, 'weights.shape', { tensor: excerpt(mean.name), wanted: excerpt([...new Set(sizes)].map(size => shapeText([size])).join(', ')), found: excerpt(shapeText(mean.shape)) })
    if (other !== undefined) throw fault(file, 'chain.order', { found: namesText([mean, ...affines.map(({ matrix }) => matrix)]) })
    taken.add(place)
    return place
  })
}

/** Joins vectors without a module to the matrices: by the numbers in their names, or by their sizes. @throws FormatError chain.order, weights.foreign */
export function withBiases({ affines, layout }: OrderedAffines, vectors: readonly FoundTensor[], file: string): OrderedAffines {
  const left = new Set(vectors)
  const joined = affines.map((affine): FoundAffine => {
    if (affine.bias) return affine
    const fitting = [...left].filter(({ shape }) => shape[0] === endsOf(affine, layout)[1])
    const numbered = fitting.filter(({ name }) => numbersIn(name).join() === affine.numbers.join() && affine.numbers.length > 0)
    const [bias = null, other] = numbered.length > 0 ? numbered : fitting
    if (other) throw fault(file, 'chain.order', { found: namesText([affine.matrix, ...fitting]) })
    if (bias) left.delete(bias)
    return { ...affine, bias }
  })
  const [extra] = left
  if (extra) throw fault(file, 'weights.foreign', { wanted: 'weight, bias, W1, b1, …', found: excerpt(`${extra.name} ${shapeText(extra.shape)}`) })
  return { affines: joined, layout }
}

const namesAndShapes = (found: readonly FoundAffine[]): string => excerpt(found.slice(0, 6).map(({ matrix: { name, shape } }) => `${name} ${shapeText(shape)}`).join(', '))
