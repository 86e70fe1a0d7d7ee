import type { Progress } from '@contract'
import { unitImageAt } from '@core'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import BugsPanel from '../../../../renderer/lessons/bugs/BugsPanel.vue'
import BugsView from '../../../../renderer/lessons/bugs/BugsView.vue'
import { useBugLab } from '../../../../renderer/lessons/bugs/bug-lab'
import { useBugLearning } from '../../../../renderer/lessons/bugs/learning'
import { bugs } from '../../../../renderer/lessons/bugs/list'
import { recipe } from '../../../../renderer/lessons/bugs/network'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useProgress } from '../../../../renderer/stores/course/progress'
import { fakeMain, show } from '../../lab'
import { firstDigits } from './digits'

const digits = firstDigits(100) // two mini-batches: enough to see it learn
const images = Array.from({ length: digits.count }, (_, i) => ({ image: unitImageAt(digits, i), label: digits.labels[i]! }))

let mounted: VueWrapper[] = []
afterEach(() => { for (const view of mounted) view.unmount(); mounted = []; vi.unstubAllGlobals() })

/** The bug lab with a case open. */
async function open(id: string) {
  const main = fakeMain({ 'data:images': () => ({ shape: [1, 28, 28], images }) })
  await useProgress().load()
  await useCourse().load()
  const view = await show(BugsView, {}, { LineFigure: true })
  const panel = await show(BugsPanel)
  mounted = [view, panel]
  await flushPromises()
  useBugLab().open(id)
  await flushPromises()
  const look = async (place: string) => { useBugLab().look(place); await flushPromises() }
  const chooseLine = async (code: string) => { await view.findAll('.choice').find(line => line.text().includes(code))!.get('input').setValue(true) }
  const press = async (name: string) => { await panel.findAll('button').find(button => button.text() === name)!.trigger('click') }
  return { main, view, panel, look, chooseLine, press }
}
const text = (view: VueWrapper, selector: string) => view.get(selector).text().replace(/\s+/g, ' ')

test('all digits come in one request, and the network learns from them until the end or a pause', async () => {
  const { main } = await open('bias-of-one-row')
  const learning = useBugLearning()
  expect(main.asked('data:images')).toEqual([{ dataset: 'mnist', split: 'train', first: 0, count: recipe.images }])
  learning.stepOnce()
  expect([learning.step, learning.curve.length]).toEqual([1, 1])
  await learning.learn()
  expect([learning.step, learning.canLearn, learning.running]).toEqual([recipe.steps, false, false])
  expect(learning.curve.at(-1)).toBeLessThan(0.5 * learning.curve[0]!)
  useBugLab().beginAnew()
  const learned = learning.learn()
  learning.pause()
  await learned
  expect([learning.running, learning.canLearn, learning.step < recipe.steps]).toEqual([false, true, true])
})

test('a wrong guess is answered by what that bug would have shown, and by what the check shows here', async () => {
  const { panel, look, chooseLine, press } = await open('inverted-mask')
  await look('affine2')
  await chooseLine('self.dW =')
  expect(text(panel, '.chosen')).toBe('Affine 2, line 11self.dW = np.dot(self.x.T, dout)')
  await press('Mend this line')
  const answer = text(panel, '.answer')
  expect(answer).toContain('It is not line 11 of Affine 2.')
  expect(answer).toContain('If this line of Affine 2 were wrong, a cell of dW would not be the sum of x · dout over the images.')
  expect(answer).toContain('But here something else fails the check before the first step: W1, b1.')
  expect(useBugLab().mended).toBe(false)
})

test('an answer goes as soon as another line is chosen, and comes back with its own line', async () => {
  const { view, panel, look, chooseLine, press } = await open('inverted-mask')
  await look('affine2')
  await chooseLine('self.dW =')
  await press('Mend this line')
  await press('Mend this line')
  expect(useBugLab().verdicts).toHaveLength(1)
  expect(text(panel, '.answer')).toContain('It is not line 11 of Affine 2.')
  await look('relu1')
  expect(text(panel, '.answer')).toContain('It is not line 11 of Affine 2.')
  await chooseLine('dx[~self.mask]')
  expect(text(panel, '.answer')).toBe('')
  await look('affine2')
  expect(view.findAll('.choice').filter(line => line.find('.tried').exists()).map(line => line.get('code').text())).toEqual(['self.dW = np.dot(self.x.T, dout)'])
  await chooseLine('self.db =')
  expect(text(panel, '.answer')).toBe('')
  await chooseLine('self.dW =')
  expect(text(panel, '.answer')).toContain('It is not line 11 of Affine 2.')
})

test('lines that were tried are kept when another case is opened', async () => {
  const { look, chooseLine, press } = await open('inverted-mask')
  await look('affine2')
  await chooseLine('self.dW =')
  await press('Mend this line')
  await press('Hint 1 of 3')
  useBugLab().open('bias-of-one-row')
  expect([useBugLab().verdicts, useBugLab().hints]).toEqual([[], 0])
  useBugLab().open('inverted-mask')
  expect([useBugLab().verdicts.map(({ line }) => line), useBugLab().hints]).toEqual([[11], 1])
})

test('a solved case opens with its solution and the curve of its bug, and can be solved again', async () => {
  const { view, panel, look, chooseLine, press } = await open('inverted-mask')
  const learning = useBugLearning()
  for (let i = 0; i < 3; i++) learning.stepOnce()
  const { curve } = learning
  useBugLab().beginAnew()
  await look('relu1')
  await chooseLine('dx[~self.mask]')
  await view.get('.choice.chosen input').trigger('keydown', { key: 'Enter' })
  expect(useBugLab().former).toEqual(curve)
  useBugLab().open('bias-of-one-row')
  expect([useBugLab().mended, useBugLab().former]).toEqual([false, null])
  useBugLab().open('inverted-mask')
  await flushPromises()
  expect(text(panel, '.answer')).toContain('Found. Lines tried: 1, hints: 0.')
  expect(text(panel, '.answer')).toContain('The mask was inverted')
  expect([view.get('.listing del').text(), useBugLab().former]).toEqual(['dx[~self.mask] = 0', curve])
  await press('Solve it again')
  expect([useBugLab().mended, useBugLab().place, useBugLab().former]).toEqual([false, 'affine1', null])
})

test('a case that was solved at another start opens with its solution, and without a curve of the bug', async () => {
  const { view, panel } = await open('bias-of-one-row')
  useProgress().solveBug({ id: 'early-update', guesses: 2, hints: 1 })
  useBugLab().open('early-update')
  await flushPromises()
  expect(text(panel, '.answer')).toContain('Found. Lines tried: 2, hints: 1.')
  expect([view.findAll('.listing del').length, useBugLab().former]).toEqual([2, null])
})

test('of a division that stands twice, either may go: the chosen line is mended', async () => {
  const { view, look, chooseLine, press } = await open('double-division')
  await look('softmaxWithLoss')
  await chooseLine('self.y - self.t')
  await press('Mend this line')
  expect([view.get('.listing del').text(), view.get('.listing .right code').text()]).toEqual(['dx = (self.y - self.t) / batch_size', 'dx = self.y - self.t'])
  expect(view.get('.listing').text()).toContain('return dx / batch_size')
})

test('a wrong line of the right place is told so', async () => {
  const { panel, look, chooseLine, press } = await open('inverted-mask')
  await look('relu1')
  await chooseLine('dout.copy()')
  await press('Mend this line')
  expect(text(panel, '.answer')).toContain('ReLU 1 is the right place. But another line of it is wrong.')
})

test('hints come one by one: the instrument, the region, the place', async () => {
  const { panel, press } = await open('inverted-mask')
  for (const n of [1, 2, 3]) await press(`Hint ${n} of 3`)
  const hints = panel.findAll('.hints li').map(hint => hint.text())
  expect(hints).toHaveLength(3)
  expect(hints[1]).toContain('These fail the check: W1, b1.')
  expect(hints[2]).toContain('It is in ReLU 1. Look at its dx')
  expect(panel.text()).not.toContain('Hint 3 of 3')
})

test('the right line is mended: a network without the bug learns, and the case is kept as solved', async () => {
  const { main, view, panel, look, chooseLine, press } = await open('inverted-mask')
  await press('Hint 1 of 3')
  await look('relu1')
  await chooseLine('out') // np.where(self.mask, 0, x)
  await chooseLine('dx[~self.mask]')
  await press('Mend this line')
  await flushPromises()
  expect([view.get('.listing del').text(), view.get('.listing .right code').text()]).toEqual(['dx[~self.mask] = 0', 'dx[self.mask] = 0'])
  expect(text(panel, '.answer')).toContain('Found. Lines tried: 1, hints: 1.')
  expect((main.asked('progress:write').at(-1) as Progress).capstone!.bugs).toMatchObject([{ id: 'inverted-mask', guesses: 1, hints: 1 }])
  expect(useBugLearning().network!.bug).toEqual({ hidden: [30, 30] })
  expect(panel.findAll('[aria-label="Cases"] button')[2]!.get('svg').attributes('aria-label')).toBe('solved')
  await press('Next case')
  expect([useBugLab().bug.id, useBugLab().mended]).toEqual([bugs[0]!.id, false])
})

test('either of two lines in the wrong order is right', async () => {
  for (const code of ['self.update()', 'self.backward()']) {
    const { look, chooseLine, press } = await open('early-update')
    await look('step')
    await chooseLine(code)
    await press('Mend this line')
    expect(useBugLab().mended).toBe(true)
    for (const view of mounted.splice(0)) view.unmount()
  }
})

test('the gradient check tells by parameter what fails, and is void for another network', async () => {
  const { view } = await open('inverted-mask')
  await view.findAll('.check button').find(button => button.text() === 'Check the gradients')!.trigger('click')
  await vi.waitFor(() => expect(view.findAll('.check tbody tr')).toHaveLength(6), { timeout: 20_000 })
  const failed = view.findAll('.check tbody tr').filter(row => row.find('.fails').exists()).map(row => row.get('th').text())
  expect(failed).toEqual(['W1', 'b1'])
  useBugLab().beginAnew()
  await flushPromises()
  expect(view.find('.check tbody').exists()).toBe(false)
})

test('the numbers show what the formula says beside what the network has', async () => {
  const { view, look } = await open('bias-of-one-row')
  await look('softmaxWithLoss')
  const [formula, network] = view.findAll('.products .sum output').map(output => output.text())
  expect(formula).toBe(network)
  await look('affine1')
  await view.get('[data-entry="db"]').trigger('focus')
  expect(view.get('.products .formula').text()).toMatch(/^db\[\d+\] = Σₙ dout\[n, \d+\]$/)
  const [wanted, found] = view.findAll('.products .sum output').map(output => output.text())
  expect(wanted).not.toBe(found)
})

test('the trainer shows labels beside targets, and changes beside −η · gradient', async () => {
  const { view, look } = await open('shifted-target')
  await look('step')
  expect(view.findAll('.numbers li').map(image => image.text().replace(/\s+/g, ' '))).toEqual(['label 5t is 1 at 4', 'label 0t is 1 at 9', 'label 4t is 1 at 3'])
  const cells = view.findAll('.numbers tbody tr').map(row => row.findAll('td').map(cell => cell.text()))
  expect(cells).toHaveLength(4)
  for (const [, , wanted, change] of cells) expect(change).toBe(wanted)
})
