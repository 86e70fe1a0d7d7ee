import type { Bug } from './bug'
import { paramsOf } from './bug'
import { kindOf, type LineKey } from './listings'

/** Places whose listing may have the bug, from the input to the loss, then the step. */
export const placesOf = ({ hidden }: Pick<Bug, 'hidden'>): readonly string[] =>
  [...hidden.flatMap((_, i) => [`affine${i + 1}`, `relu${i + 1}`]), `affine${hidden.length + 1}`, 'softmaxWithLoss', 'step']

const affinesOf = (bug: Pick<Bug, 'hidden'>): readonly string[] => placesOf(bug).filter(place => kindOf(place) === 'affine')

/** A line of a place. */
export interface Guess { readonly place: string, readonly key: LineKey }

/** The parameters that would fail the gradient check, were this line wrong: those that its gradient is handed on to. */
export function expectedToFail(bug: Pick<Bug, 'hidden'>, { place, key }: Guess): readonly string[] {
  const affines = affinesOf(bug)
  const places = placesOf(bug)
  const before = paramsOf(...affines.filter(name => places.indexOf(name) < places.indexOf(place)))
  switch (kindOf(place)) {
    case 'affine':
      if (key === 'dW' || key === 'db') return [`${place}.${key.slice(1)}`]
      return key === 'dx' ? before : [...before, ...paramsOf(place)]
    case 'relu': return before
    case 'softmaxWithLoss': return paramsOf(...affines)
    case 'step': return key === 'chain' ? paramsOf(...affines.slice(0, -1)) : []
  }
}

/** The numbers that show what a line computes: tensors, or the parameters that an update changes. None: dout that is handed on, and the loss. */
export function numbersOf(bug: Pick<Bug, 'hidden'>, { place, key }: Guess): readonly string[] {
  switch (key) {
    case 't': return ['softmaxWithLoss.t']
    case 'backward': case 'update': case 'change': return paramsOf(...affinesOf(bug))
    case 'mask': return [`${place}.out`]
    case 'copy': case 'return': return [`${place}.dx`]
    case 'chain': case 'loss': return []
    default: return [`${place}.${key}`]
  }
}

/**
 * How the case compares with what a guess would have shown in the gradient check; where the check cannot tell the two apart, in the numbers.
 * 'handedOn': its numbers are wrong, but by another line. 'moves', 'rests': the update is wrong, but the first step changes something, or nothing.
 */
export const comparisons = ['unseen', 'same', 'sameLoss', 'sameChain', 'handedOn', 'bothPass', 'moves', 'rests', 'passes', 'fails', 'more', 'fewer', 'others'] as const
export type Comparison = (typeof comparisons)[number]
export function compared(bug: Pick<Bug, 'hidden' | 'reveals'>, guess: Guess): Comparison {
  const [wanted, found] = [expectedToFail(bug, guess), bug.reveals.check]
  const { place, key } = guess
  const isWrong = numbersOf(bug, guess).some(name => bug.reveals.numbers.includes(name))
  if (place === 'affine1' && key === 'dx') return 'unseen'
  if (wanted.length === 0 && found.length === 0) return isWrong ? key === 'change' ? 'rests' : 'moves' : 'bothPass'
  if (wanted.length === 0) return 'fails'
  if (found.length === 0) return 'passes'
  const [missing, further] = [without(wanted, found), without(found, wanted)]
  if (missing.length > 0) return further.length > 0 ? 'others' : 'fewer'
  if (further.length > 0) return 'more'
  if (isWrong) return 'handedOn'
  return key === 'loss' ? 'sameLoss' : key === 'chain' ? 'sameChain' : 'same'
}
const without = (all: readonly string[], some: readonly string[]): readonly string[] => all.filter(name => !some.includes(name))

/** Parameters of a comparison: those that fail here, those that do so beyond what the guess would have shown, and those that pass against it. */
export function paramsCompared(bug: Pick<Bug, 'hidden' | 'reveals'>, guess: Guess): Readonly<Record<'failing' | 'further' | 'missing', readonly string[]>> {
  const [wanted, failing] = [expectedToFail(bug, guess), bug.reveals.check]
  return { failing, further: without(failing, wanted), missing: without(wanted, failing) }
}

/** Parameters that pass the gradient check of a case. */
export const passing = (bug: Pick<Bug, 'hidden' | 'reveals'>): readonly string[] => paramsOf(...affinesOf(bug)).filter(path => !bug.reveals.check.includes(path))

/** What the first two hints say, by what reveals the bug; the third names place and tensor. */
export function hintKeys({ reveals: { loss, check }, hidden, guilty }: Bug): readonly [first: string, second: string, third: string] {
  const fails = check.length > 0
  const first = loss ? fails ? 'lossAndCheck' : 'loss' : fails ? 'check' : 'numbers'
  const all = paramsOf(...affinesOf({ hidden })).length
  const second = !fails ? guilty === 'step' ? 'step' : 'layer' : check.length === all ? 'all' : check.length === 1 ? 'one' : 'before'
  return [first, second, guilty === 'step' ? 'step' : 'layer']
}

/** Hints that there are for each case. */
export const hintCount = 3
