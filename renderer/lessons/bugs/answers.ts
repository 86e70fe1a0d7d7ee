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

/** How the check of the case compares with what a guess would have shown. */
export type Comparison = 'same' | 'bothPass' | 'passes' | 'fails' | 'others'
export function compared(bug: Pick<Bug, 'hidden' | 'reveals'>, guess: Guess): Comparison {
  const [wanted, found] = [expectedToFail(bug, guess), bug.reveals.check]
  if (wanted.length === 0) return found.length === 0 ? 'bothPass' : 'fails'
  if (found.length === 0) return 'passes'
  return wanted.join() === found.join() ? 'same' : 'others'
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
