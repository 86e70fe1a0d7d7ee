import { type Split, type XraySource, xrayCell } from '@core'
import { describe, expect, test } from 'vitest'
import type { Bug } from '../../../../renderer/lessons/bugs/bug'
import { checkGradients, examinedStep } from '../../../../renderer/lessons/bugs/examine'
import { healthyBand } from '../../../../renderer/lessons/bugs/healthy'
import { bugs } from '../../../../renderer/lessons/bugs/list'
import { kindOf, listings, withBug } from '../../../../renderer/lessons/bugs/listings'
import { firstDigits } from './digits'
import { caseSeed, LearningNetwork, meanLosses, recipe } from '../../../../renderer/lessons/bugs/network'

const split: Split = firstDigits(recipe.images)

function learned(bug: Pick<Bug, 'hidden'> & Partial<Bug>, steps: number): LearningNetwork {
  const network = new LearningNetwork(bug, split, caseSeed)
  while (network.losses.length < steps && !network.hasEnded) network.learn()
  return network
}
const finalLoss = (network: LearningNetwork) => meanLosses(network.losses).at(-1)!

/** Parameters that fail the gradient check. */
function failing(network: LearningNetwork): readonly string[] {
  const steps = checkGradients(network, split)
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value.filter(({ state }) => state === 'fails').map(({ path }) => path)
  }
}

/** Tensors with a number that is not what its formula says, and parameters with a weight that is not what its update says; the target, if it is not the label's. */
function wrongNumbers(source: XraySource): readonly string[] {
  const { model, images } = source
  const wrong = new Set<string>()
  const differ = (found: number, wanted: number, scale: number) => Math.abs(found - wanted) > 1e-9 * Math.max(scale, 1e-6) // float64
  for (const { name, kind } of model.layers) {
    const parts = kind === 'affine' ? ['out', 'dW', 'db', ...name === 'affine1' ? [] : ['dx']] : kind === 'relu' ? ['out', 'dx'] : ['y', 'dx']
    for (const part of parts) {
      const { data, columns } = model.tensor(`${name}.${part}`)!
      const scale = Math.max(...Array.from(data, Math.abs))
      const oneRow = part === 'db'
      for (let i = 0; i < data.length; i += Math.ceil(data.length / 200)) {
        const { value, sum } = xrayCell(source, { block: name, part, row: oneRow ? 0 : Math.floor(i / columns), column: oneRow ? i : i % columns })
        if (differ(value, sum!.total, scale)) wrong.add(`${name}.${part}`)
      }
    }
    if (kind !== 'affine') continue
    for (const [part, columns] of [['W', model.tensor(`${name}.W`)!.columns], ['b', Infinity]] as const) {
      const { length } = model.tensor(`${name}.${part}`)!.data
      for (let i = 0; i < length; i += Math.ceil(length / 200)) {
        const { update } = xrayCell(source, { block: name, part, row: Number.isFinite(columns) ? Math.floor(i / columns) : 0, column: Number.isFinite(columns) ? i % columns : i })
        if (differ(update!.after, update!.lines.at(-1)!.value, 1)) wrong.add(`${name}.${part}`)
      }
    }
  }
  const { target: { value: t } } = model
  if (images.some((image, n) => t.data[n] !== source.split.labels[image])) wrong.add('softmaxWithLoss.t')
  return [...wrong]
}

describe.each(bugs)('$id', (bug) => {
  test('is one wrong place in its listing', () => {
    const right = listings[kindOf(bug.guilty)]
    const wrong = withBug(right, bug.lines)
    const changed = wrong.filter((line, i) => line.text !== right[i]!.text)
    expect(changed.map(({ text }) => text.trim())).toEqual(bug.lines.map(line => line.wrong))
    expect(changed.every(({ key }) => key !== undefined)).toBe(true)
  })

  test('is revealed by the loss, or by it not', () => {
    const { least, greatest } = healthyBand(bug).at(-1)!
    const loss = finalLoss(learned(bug, recipe.steps))
    expect(loss > greatest).toBe(bug.reveals.loss)
    if (!bug.reveals.loss) expect(loss).toBeGreaterThanOrEqual(least)
  })

  test('is revealed by the gradient check of exactly these parameters', () => {
    expect(failing(learned(bug, 2))).toEqual(bug.reveals.check)
  })

  test('is revealed by exactly these numbers', () => {
    expect(wrongNumbers(examinedStep(learned(bug, 2), split))).toEqual(bug.reveals.numbers)
  })

  test('is seen by at least one instrument', () => {
    const { loss, check, numbers } = bug.reveals
    expect(loss || check.length > 0 || numbers.length > 0).toBe(true)
  })
})

// Core's own kinds, with all cases loaded: core has no bug.
test.each([[[30]], [[30, 30]]])('a network of %j without a bug passes all three', (hidden) => {
  const network = learned({ hidden }, 2)
  expect([failing(network), wrongNumbers(examinedStep(network, split))]).toEqual([[], []])
})

test('a loss that goes uphill ends the run while its numbers can still be examined', () => {
  const network = learned(bugs.find(({ id }) => id === 'uphill-update')!, recipe.steps)
  expect([network.isLost, network.losses.length < 50, Number.isFinite(network.losses.at(-1))]).toEqual([true, true, true])
  expect(failing(network)).toEqual([])
})

test('where no unit fires any more, the check says that there is nothing to compare', () => {
  const steps = checkGradients(learned(bugs.find(({ id }) => id === 'missing-division')!, 20), split)
  let next = steps.next()
  while (!next.done) next = steps.next()
  expect(next.value.map(({ path, state }) => [path, state])).toEqual([['affine1.W', 'nothing'], ['affine1.b', 'nothing'], ['affine2.W', 'nothing'], ['affine2.b', 'fails']])
})
