const tokens = /\d+(?:\.\d+)?(?:e[-+]?\d+)?|√|²|ᵗ|[()+−·/]|[mv]\u0302|[a-zA-Zηλε]+/gu

/**
 * What a line of an optimizer's rule computes, as it is written: '0.9 v − η · dW'.
 * @param numbers what its letters stand for; t is the exponent ᵗ
 */
export function formulaValue(formula: string, numbers: Readonly<Record<string, number>>): number {
  const list = formula.match(tokens) ?? []
  let at = 0
  const ends = (): boolean => at === list.length || list[at] === ')' || list[at] === '+' || list[at] === '−'
  function sum(): number {
    let value = product()
    while (list[at] === '+' || list[at] === '−') value += list[at++] === '+' ? product() : -product()
    return value
  }
  function product(): number {
    let value = power()
    while (!ends()) {
      if (list[at] === '/') {
        at++
        value /= power()
        continue
      }
      if (list[at] === '·') at++ // left out in 0.9 v
      value *= power()
    }
    return value
  }
  function power(): number {
    const value = atom()
    if (list[at] === '²') {
      at++
      return value ** 2
    }
    if (list[at] !== 'ᵗ') return value
    at++
    return value ** numbers['t']!
  }
  function atom(): number {
    const token = list[at++]!
    if (token === '√') return Math.sqrt(atom())
    if (token !== '(') return numbers[token] ?? Number(token)
    const value = sum()
    at++ // the closing bracket
    return value
  }
  return sum()
}
