import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { goTo, untilReady } from './window'

/** The first five test images of each digit as lines, made by test/fixtures/stroke-paths/generate.py */
const paths = JSON.parse(readFileSync('test/fixtures/stroke-paths/paths.json', 'utf8')) as readonly { readonly label: number, readonly strokes: readonly (readonly { readonly x: number, readonly y: number }[])[] }[]
/** So many of these 50 images the sample network reads rightly: test/core/data/stroke-paths.spec.ts */
const imagesRight = 49

let lab: Lab
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window); await goTo(lab.window, 'Draw') })
afterAll(async () => { await lab.close() })

test('50 thinned test digits, drawn with the mouse, are read as well as the images within 2 points', async () => {
  const devTools = await lab.window.context().newCDPSession(lab.window)
  const mouse = (type: 'mouseMoved' | 'mousePressed' | 'mouseReleased', x: number, y: number, buttons = 1) =>
    devTools.send('Input.dispatchMouseEvent', { type, x, y, buttons, button: type === 'mouseMoved' && buttons === 0 ? 'none' : 'left', clickCount: type === 'mouseMoved' ? 0 : 1 })
  const paper = lab.window.locator('.paper canvas').first()
  const read: string[] = []
  for (const { strokes } of paths) {
    await paper.press('Delete')
    await lab.window.locator('.answer .waiting').waitFor()
    const { x: left, y: top, width, height } = (await paper.boundingBox())!
    for (const stroke of strokes) {
      const points = stroke.map(({ x, y }) => [left + x * width, top + y * height] as const)
      // sent in their order without waiting for each, as a fast hand moves: some of them share a frame
      await Promise.all([mouse('mouseMoved', ...points[0]!, 0), mouse('mousePressed', ...points[0]!), ...points.slice(1).map(point => mouse('mouseMoved', ...point)), mouse('mouseReleased', ...points.at(-1)!, 0)])
    }
    read.push(await lab.window.locator('.answer .digit').innerText())
  }
  const right = read.filter((digit, i) => digit === String(paths[i]!.label)).length
  expect(Math.abs(right - imagesRight)).toBeLessThanOrEqual(1) // one of 50 is 2 points
}, 180_000)
