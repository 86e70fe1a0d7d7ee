import { type Lines, type Listing, listingOf } from '@core'

/**
 * A lesson's code. A tag at the end of a line, which is not shown, says in which steps of the lesson's graph it is at work, so it
 * stays true when lines are inserted: `total = fruit * tax   #@ forward:total`. With brackets, `forward:mul()`, it is the body of
 * every node of that operation.
 */
export function taggedCode(source: string): Listing {
  return listingOf(source.split('\n').map((line): Lines => {
    const [text, tags = ''] = line.split(/\s*#@ /) as [string, string?]
    const steps = tags.split(' ').filter(tag => tag !== '')
    return { text, steps: steps.filter(step => !step.endsWith('()')), bodyOf: steps.filter(step => step.endsWith('()')) }
  }))
}
