import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { healthySeeds, LearningNetwork, meanLosses, recipe } from '../../../../renderer/lessons/bugs/network'
import curves from '../../../../renderer/lessons/bugs/healthy-curves.json'
import { bugs } from '../../../../renderer/lessons/bugs/list'
import { firstDigits } from './digits'

const split = firstDigits(recipe.images)
const networks = [...new Set(bugs.map(({ hidden }) => hidden.join()))]

function learned(hidden: string, seed: number): readonly number[] {
  const network = new LearningNetwork({ hidden: hidden.split(',').map(Number) }, split, seed)
  while (network.losses.length < recipe.steps) network.learn()
  return meanLosses(network.losses).map(loss => Number(loss.toPrecision(4)))
}

// LAB_WRITE_CURVES=1 npx vitest run test/renderer/lessons/bugs/healthy.spec.ts
if (process.env['LAB_WRITE_CURVES']) {
  test('the curves are measured and written', { timeout: 120_000 }, () => {
    const measured = networks.map(hidden => `"${hidden}": [\n${healthySeeds.map(seed => `  ${JSON.stringify(learned(hidden, seed))}`).join(',\n')}\n]`)
    writeFileSync('renderer/lessons/bugs/healthy-curves.json', `{ ${measured.join(', ')} }\n`)
  })
}
else {
  describe.each(networks)('the healthy curves of %s', (hidden) => {
    const shipped: readonly (readonly number[])[] = curves[hidden as keyof typeof curves]

    test('are one for each seed, of all steps', () => {
      expect(shipped.map(({ length }) => length)).toEqual(healthySeeds.map(() => recipe.steps))
    })

    // One of the five: the others take as long again. A unit of the fourth digit, for engines that round exp otherwise.
    test('are what these networks learn', () => {
      const [seed] = healthySeeds
      learned(hidden, seed).forEach((loss, i) => expect(Math.abs(loss - shipped[0]![i]!), `step ${i + 1}`).toBeLessThanOrEqual(1e-3 * loss))
    })
  })
}
