import { type GraphDocument, Random, seedOf } from '@core'

/** A random expression with about the given number of operations: it shares names and nests on both sides. */
export function randomGraph(seed: number, operations: number): GraphDocument {
  const random = new Random(seedOf(seed, 0))
  const below = (n: number) => Math.floor(random.next() * n)
  const terms = Array.from({ length: 3 + below(5) }, (_, i) => `x${i}`)
  const definitions: string[] = []
  const take = () => random.next() < 0.1 ? String(2 + below(7)) : terms[below(terms.length)]!
  for (let n = 0; n < operations; n++) {
    const made = random.next() < 0.3 ? `${['exp', 'sigmoid', 'tanh', 'relu'][below(4)]}(${take()})` : `(${take()} ${['+', '-', '*', '/'][below(4)]} ${take()})`
    if (random.next() < 0.25) {
      definitions.push(`d${n} = ${made}`)
      terms.push(`d${n}`)
    }
    else terms[below(terms.length)] = made
  }
  return { expression: [...definitions, terms.join(' + ')].join('; '), inputs: {} }
}
