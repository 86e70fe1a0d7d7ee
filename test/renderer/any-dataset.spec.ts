import type { RunState } from '@contract'
import { type DatasetInfo, expand, Random } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import DockedDraw from '../../renderer/draw/DockedDraw.vue'
import DrawPanel from '../../renderer/draw/DrawPanel.vue'
import BrowseView from '../../renderer/files/browse/BrowseView.vue'
import DatasetRow from '../../renderer/files/DatasetRow.vue'
import { pictureAround } from '../../renderer/graph/document/cell-picture'
import Inspector from '../../renderer/inspector/Inspector.vue'
import NetworkView from '../../renderer/inspector/NetworkView.vue'
import LearningSteps from '../../renderer/lessons/views/LearningSteps.vue'
import { aspectOf } from '../../renderer/lib/grey'
import { useBrowse } from '../../renderer/stores/browse'
import { useRoom } from '../../renderer/stores/room'
import { useRun } from '../../renderer/stores/run'
import { useSketch } from '../../renderer/stores/sketch/sketch'
import { probeFrame, tensorStats } from './probe'
import { networkThatAnswers } from './draw-network'
import { infoOf } from '../fixtures/dataset-info'
import { runConfig } from '../fixtures/run-config'
import { frame, recordCanvases } from './canvas'
import { fakeMain, runState, show, soFar } from './lab'

afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

interface Case { readonly dataset: DatasetInfo, readonly state: RunState, readonly areProbabilities: boolean }

const names = ['top', '둘째', '三番目', 'a name as long as no class should have it, but some have', '🎀', '0', 'Ωmega', '<b>bold</b>', '{n}', '@:x']

/** A dataset of any size that the store accepts, and a run on it. */
function caseOf(random: Random, rows: number, columns: number, classes: number): Case {
  const made = infoOf({ id: `set-${rows}-${columns}-${classes}`, rows, columns, classes, train: 50 + random.integer(1000), test: 1 + random.integer(300) })
  const dataset = { ...made, name: `Set ${rows}`, classes: made.classes.map((_, i) => i < names.length ? names[i]! : `${names[i % names.length]} ${i}`) }
  const areProbabilities = random.integer(2) === 1
  const { input, layers, loss } = expand({ layers: [rows * columns, 5, classes], activation: 'relu' }, areProbabilities ? 'softmaxWithLoss' : 'identityWithLoss')
  const ends = [[rows * columns, 5], [5, 5], [5, classes], [classes, classes]] as const
  const blocks = ['affine1', 'relu1', 'affine2', loss].map((name, i) => ({ name, kind: name.replace(/\d$/, ''), inputs: ends[i]![0], outputs: ends[i]![1] }))
  return { dataset, areProbabilities, state: runState({ config: { ...runConfig(), dataset: dataset.id, network: { layers, loss } }, dataset, input, blocks }) }
}

const random = new Random(13)
const size = () => 1 + random.integer(40)
const cases = [
  caseOf(random, 1, 1, 2), caseOf(random, 128, 128, 3), caseOf(random, 28, 28, 1000), caseOf(random, 1, 40, 12), caseOf(random, 40, 1, 11),
  ...Array.from({ length: 6 }, () => caseOf(random, size(), size(), 2 + random.integer(29))),
]

describe.each(cases.map(given => [`${given.dataset.shape.slice(1).join('×')}, ${given.dataset.classes.length} classes`, given] as const))('a dataset of %s', (_, { dataset, state, areProbabilities }) => {
  const { shape: [, rows, columns], classes } = dataset
  const pixels = Float32Array.from({ length: rows * columns }, (_, i) => i % 5 / 4)
  const outputs = Float32Array.from(classes, (_, i) => areProbabilities ? 2 * (i + 1) / (classes.length * (classes.length + 1)) : (i % 7 - 3) / 2)
  const label = outputs.indexOf(Math.max(...outputs))
  const answers: Parameters<typeof fakeMain>[0] = {
    'run:read': () => soFar(state),
    'weights:list': () => [],
    'data:images': () => ({ shape: dataset.shape, images: [{ image: pixels, label: classes.length - 1 }] }),
    'draw:network': ({ source }) => networkThatAnswers({ source, at: { runId: 1, step: 0 }, outputs, areProbabilities }, rows * columns),
  }
  const sizes = (view: { findAll: (selector: string) => { element: Element }[] }, selector: string) => view.findAll(selector).map(({ element }) => [(element as HTMLCanvasElement).width, (element as HTMLCanvasElement).height])

  test.each([[true], [false]])('is drawn on, read and named (docked: %s)', async (compact) => {
    recordCanvases()
    const main = fakeMain(answers)
    useRoom().go(compact ? 'train' : 'draw')
    useSketch().setSource('room', 'run')
    const view = await show(compact ? DockedDraw : DrawPanel)
    await useRun().load()
    await flushPromises()
    await frame()
    expect(sizes(view, '.seen')).toEqual([[columns, rows]])
    expect(view.get('.invitation').text()).toContain('Draw here')
    await view.get('.tools .test button').trigger('click')
    await flushPromises()
    expect(main.asked('data:images')).toMatchObject([{ dataset: dataset.id, split: 'test' }])
    expect(view.findAll('.bars li:not(.more)')).toHaveLength(Math.min(10, classes.length))
    expect(view.get('.bars .best .digit').text()).toBe(classes[label])
    expect(view.get('.bars .best .share').text()).toMatch(areProbabilities ? /%$/ : /^[+−]/)
    expect(view.get('.answer .test').text()).toContain(classes.at(-1)!)
    expect(view.findAll('.bars .fill').every(bar => /scaleX\((0|1|0?\.\d+(e-\d+)?)\)/.test(bar.attributes('style')!))).toBe(true)
    useSketch().begin({ x: 0.1, y: 0.9 })
    useSketch().move([{ x: 0.9, y: 0.1 }])
    useSketch().end()
    await flushPromises()
    expect(view.get('.bars .best .digit').text()).toBe(classes[label]) // it was read, so it has the right size
    expect(view.findAll('.doubt, .refused')).toEqual([])
  })

  test('is shown in its own proportions wherever its images or weights are', async () => {
    recordCanvases()
    fakeMain(answers)
    await useRun().load()
    const stats = (path: string, shape: readonly number[]) => tensorStats(path, { shape })
    const W = [rows * columns, 5]
    const probed = probeFrame({
      images: [{ pixels, label: classes.length - 1 }],
      blocks: [{ name: 'affine1', tensors: [stats('affine1.W', W), stats('affine1.dW', W), stats('affine1.b', [5]), stats('affine1.db', [5])] }],
      tensors: [{ path: 'affine1.dW', shape: W, firstRow: 0, rows: rows * columns, firstColumn: 0, columns: 5, data: new Float32Array(rows * columns * 5), absMax: 1, norm: 1, robustMax: 1 }],
    })
    const inspector = await show(Inspector, { block: state.blocks[0], frame: probed, refused: null, first: true, wanted: {} })
    await frame()
    const tiles = inspector.findAll('.tensor .segmented').map(choice => choice.text())
    expect(tiles.some(text => text.includes(`${rows}×${columns}`))).toBe(rows > 1 && columns > 1)
    const steps = await show(LearningSteps, { frame: probed })
    await frame()
    expect(sizes(steps, '.digits canvas')).toEqual([[columns, rows]])
    expect(steps.get('.digits canvas').attributes('aria-label')).toBe(classes.at(-1))
    expect((await show(NetworkView, { frame: probed, selected: 'affine1' })).text()).toContain('Input')
    const picture = pictureAround([100, rows * columns], 7 * rows * columns, dataset.shape)
    expect(picture.kind === 'image' ? [picture.rows, picture.columns] : null).toEqual(rows > 1 && columns > 1 ? [rows, columns] : null)
    expect((await show(DatasetRow, { entry: { id: dataset.id, info: dataset, problem: null } })).text()).toContain(`${rows}×${columns} pixels`)
    expect(aspectOf(dataset.shape)).toBeGreaterThan(0.3)
  })

  test('is browsed: each image in its own proportions, each class with its bar', async () => {
    const drawn = recordCanvases()
    const { counts } = dataset
    const labelled = (count: number) => Uint16Array.from({ length: count }, (_, n) => classes.length - 1 - n % classes.length)
    fakeMain({
      ...answers, 'data:leave': () => null,
      'data:open': () => ({ info: dataset, labels: { train: labelled(counts.train), test: labelled(counts.test) } }),
      'data:bytes': ({ indices }) => new Uint8Array(indices.length * rows * columns).fill(7),
      'data:means': ({ classes }) => classes.map(label => label % 2 === 0 ? pixels : null),
      'data:answers': () => ({ at: { runId: 1, step: 0 }, predicted: { train: new Uint16Array(counts.train), test: new Uint16Array(counts.test) } }),
      'draw:predict': ({ source }) => ({ source, at: { runId: 1, step: 0 }, label, outputs, areProbabilities }),
    })
    await useRun().load()
    await useBrowse().open(dataset.id)
    const view = await show(BrowseView)
    await flushPromises()
    await frame()
    expect(view.get('.images').attributes('aria-label')).toMatch(new RegExp(`^${(counts.train + counts.test).toLocaleString('en')} of`))
    expect(view.get('[role=gridcell]').attributes('aria-label')).toBe(`Training image 0, class ${classes.at(-1)!}, read as ${classes[0]!}`)
    const painted = drawn.filter(({ call, args }) => call === 'drawImage' && args.length === 9).map(({ args }) => args.slice(3).map(Number))
    const shapes = new Set(painted.map(([sourceWidth, sourceHeight, , , width, height]) => [sourceWidth, sourceHeight, width! / height!].join()))
    expect(shapes.size).toBe(1)
    const [width, height, aspect] = [...shapes][0]!.split(',').map(Number)
    expect([width, height]).toEqual([columns, rows])
    expect(Math.abs(Math.log(aspect! / aspectOf(dataset.shape)))).toBeLessThan(0.1) // each pixel of an image has a whole number of pixels on the screen
    expect(view.findAll('.row').length).toBeLessThanOrEqual(Math.min(classes.length, 20))
    expect(view.get('.row .name').text()).toBe(classes[0])
    await view.get('.images').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(view.get('.large .facts').text()).toContain(classes.at(-1)!)
    expect(view.get('.reading').text()).toContain(': 7, for the network 0.0275') // 7 / 255
  })
})
