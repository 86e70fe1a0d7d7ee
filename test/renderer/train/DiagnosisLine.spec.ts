import type { Finding, RunConfig } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import BackToTraining from '../../../renderer/lessons/BackToTraining.vue'
import DiagnosisLine from '../../../renderer/train/DiagnosisLine.vue'
import { useChosenBlock } from '../../../renderer/stores/chosen-block'
import { useCards } from '../../../renderer/stores/course/cards'
import { useCourse } from '../../../renderer/stores/course/course'
import { useDiagnosis } from '../../../renderer/stores/diagnosis'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { setLocale } from '../../../renderer/lib/i18n'
import { findingOf } from '../../fixtures/findings'
import { runConfig } from '../../fixtures/run-config'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const withRate = (learningRate: number): RunConfig => ({ ...runConfig(), optimizer: { ...runConfig().optimizer, learningRate } })
const vanishing = findingOf('vanishing', { layer: 'affine1', severity: 'broken', step: 20, at: 40 })

async function line(findings: readonly Finding[], patch: Partial<ReturnType<typeof runState>> = {}) {
  const main = fakeMain({
    'run:read': () => soFar(runState({ findings, ...patch })),
    'weights:list': () => [], 'run:change': () => runState({ step: 1 }), 'run:configure': config => runState({ runId: 2, config }), 'run:start': () => runState({ runId: 2, phase: 'running' }),
  })
  await useRun().load()
  const view = await show(DiagnosisLine)
  const find = async (found: readonly Finding[]) => {
    main.tell('run:metrics', metricsFrame({ firstStep: 1, findings: found }))
    await flushPromises()
  }
  return { main, view, find, text: () => view.get('.text').text().replace(/\s+/g, ' ') }
}

describe('the line', () => {
  // Cause: it appeared under the pointer, and a press on a tab began a new run.
  test('takes no press that was aimed at what stood in its place', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000)
    const { main, view, find } = await line([])
    await find([vanishing])
    const press = async (detail: number) => {
      view.get('.cure').element.dispatchEvent(new MouseEvent('click', { bubbles: true, detail }))
      await flushPromises()
      return main.asked('run:configure').length
    }
    now.mockReturnValue(1500)
    expect(await press(1)).toBe(0)
    now.mockReturnValue(1600)
    expect(await press(1)).toBe(1)
  })

  test('is absent when all is well', async () => {
    const { view } = await line([])
    expect([view.find('.diagnosis').exists(), view.get('[role=status]').text()]).toEqual([false, ''])
  })

  test('says verdict, why, since when and what to try', async () => {
    const { text } = await line([vanishing], { config: withRate(3) })
    expect(text()).toBe('Cannot learn The gradient vanishes on its way back. Last measured at step 40: ‖dW‖ was 0.361 in Affine 6 but 3.54e−9 in Affine 1. First seen at step 20. Begin again with Xavier weights: then it gets through.')
  })

  test('says only the most fundamental finding, with its severity as a word', async () => {
    const { text } = await line([findingOf('deadUnits', { layer: 'relu1', step: 1200 }), vanishing])
    expect(text()).toMatch(/^Check 49 of 50 units of ReLU 1 are dead\. Last measured at step 1,200: they gave 0 for over 99% of 1,000 images; hardly any gradient passed\. Begin again /)
  })

  test('says first why a run has stopped', async () => {
    const { text } = await line([findingOf('stepTooLarge', { layer: 'affine1' }), findingOf('notFinite', { severity: 'broken', layer: 'affine1', step: 60 })], { phase: 'diverged', divergence: { step: 60, loss: 'NaN' }, config: withRate(3) })
    expect(text()).toContain('Training stopped at step 60: the loss became NaN. First not finite: Affine 1 dW. The last finite weights are kept. Begin again with learning rate 0.1, or go on with a lower learning rate.')
  })

  test('chooses the right particle after a name and a number in Korean', async () => {
    const { view, text } = await line([findingOf('saturation', { layer: 'sigmoid1' })])
    setLocale('ko')
    await flushPromises()
    expect(text()).toContain('시그모이드 1이 포화되었습니다. 마지막으로 잰 스텝 0에서 입력의 82%가 곡선이 평평한 ±4 밖에 있었습니다.')
    expect(view.get('.layer').text()).toBe('시그모이드 1')
  })

  test('names its layer as a button that chooses the block', async () => {
    const { view } = await line([findingOf('deadUnits', { layer: 'relu1' })])
    await view.get('.layer').trigger('click')
    expect(useChosenBlock().name).toBe('relu1')
  })

  test('is announced once, and again only for another finding', async () => {
    const { view, find } = await line([])
    const said = () => view.get('[role=status]').text()
    await find([vanishing])
    const first = said()
    expect(first).toContain('The gradient vanishes on its way back.')
    await find([{ ...vanishing, facts: { ...vanishing.facts, firstGradient: 1e-12 } }])
    expect(said()).toBe(first)
    await find([findingOf('guessing')])
    expect(said()).toContain('It answers as if by guessing.')
    await find([])
    expect(said()).toBe('')
  })

  test('can be dismissed in this run until it gets worse; the next finding takes its place', async () => {
    const mild = findingOf('vanishing', { layer: 'affine1' })
    const { main, view, find, text } = await line([mild, findingOf('guessing')])
    await view.get('.dismiss').trigger('click')
    expect(text()).toContain('It answers as if by guessing.')
    await find([mild])
    expect(view.find('.diagnosis').exists()).toBe(false)
    await find([vanishing])
    expect(text()).toContain('Cannot learn')
    await view.get('.dismiss').trigger('click')
    expect(view.find('.diagnosis').exists()).toBe(false)
    main.tell('run:state', runState({ runId: 2, findings: [mild] }))
    await flushPromises()
    expect(text()).toContain('The gradient vanishes')
  })

  test('leads to the card that explains it and back', async () => {
    const { view } = await line([vanishing])
    useRoom().go('train')
    await useCourse().load()
    await flushPromises()
    await view.findAll('.ways button')[0]!.trigger('click')
    expect([useRoom().current, useCourse().lesson?.number, useCards().card, useRoom().sentBy]).toEqual(['learn', 13, { kind: 'predict', question: 'chain' }, 'training'])
    const back = await show(BackToTraining)
    await back.get('button').trigger('click')
    expect([useRoom().current, back.find('button').exists()]).toEqual(['train', false])
  })
})

describe('the button', () => {
  test.each<[string, Finding, string]>([
    ['a rate in this run', findingOf('stepTooSmall', { cure: { kind: 'change', change: { optimizer: { learningRate: 0.1 } } } }), 'Set learning rate to 0.1'],
    ['a layer\'s setting', findingOf('tooMuchDropout', { cure: { kind: 'change', change: { layers: { dropout1: { rate: 0.2 } } } } }), 'Set Dropout 1 to 0.2'],
    ['a new rate', findingOf('exploding', { cure: { kind: 'new', config: withRate(0.01) } }), 'New run: learning rate 0.01'],
    ['the weight decay', findingOf('tooMuchDecay', { cure: { kind: 'new', config: { ...runConfig(), weightDecay: 1e-4 } } }), 'New run: weight decay 0.0001'],
    ['all layers of a setting', findingOf('tooMuchDropout', { cure: { kind: 'change', change: { layers: { dropout1: { rate: 0.2 }, dropout2: { rate: 0.2 } } } } }), 'Set Dropout 1 and Dropout 2 to 0.2'],
    ['new weights', findingOf('equalUnits', { cure: { kind: 'new', config: runConfig() } }), 'New run: weights from the seed'],
    ['weights and activation', findingOf('vanishing', {
      cure: { kind: 'new', config: { ...runConfig(), init: 'xavier', network: { ...runConfig().network, layers: [{ kind: 'affine', units: 50 }, { kind: 'tanh' }, { kind: 'affine', units: 10 }] } } },
    }), 'New run: Xavier weights and Tanh'],
  ])('names what it changes: %s', async (_, finding, text) => {
    const { view } = await line([finding])
    expect(view.get('.cure').text()).toBe(text)
  })

  test('changes this run', async () => {
    const change = { optimizer: { learningRate: 0.1 } }
    const { main, view } = await line([findingOf('stepTooSmall', { cure: { kind: 'change', change } })])
    await view.get('.cure').trigger('click')
    expect([main.asked('run:change'), main.asked('run:configure')]).toEqual([[change], []])
  })

  test.each([['running', 1], ['idle', 0]] as const)('begins a new run, which runs on if this one was running: %s', async (phase, starts) => {
    const { main, view } = await line([findingOf('exploding', { cure: { kind: 'new', config: withRate(0.01) } })], { phase })
    await view.get('.cure').trigger('click')
    await flushPromises()
    expect(main.asked('run:configure')).toEqual([withRate(0.01)])
    expect(main.asked('run:start')).toHaveLength(starts)
    expect(useDiagnosis().finding).toBeNull()
  })

  test('gives the focus to the run button when the line goes away, and says what was done', async () => {
    const { view } = await line([findingOf('exploding', { cure: { kind: 'new', config: withRate(0.01) } })])
    const run = document.body.appendChild(document.createElement('button'))
    run.className = 'run'
    const cure = view.get<HTMLElement>('.cure')
    cure.element.focus()
    await cure.trigger('click')
    await flushPromises()
    expect(document.activeElement).toBe(run)
    expect(view.get('[role=status]').text()).toBe('Done. New run: learning rate 0.01.')
  })

  test('is absent where no setting would help', async () => {
    const { view } = await line([findingOf('missingClass')])
    expect(view.find('.cure').exists()).toBe(false)
  })
})
