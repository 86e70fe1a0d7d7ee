import { LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as files from '../../../../renderer/lib/picture-file'
import FileDrop from '../../../../renderer/shell/FileDrop.vue'
import { useNotices } from '../../../../renderer/stores/notices'
import { useRoom } from '../../../../renderer/stores/room'
import { usePictures } from '../../../../renderer/stores/sketch/pictures'
import { useSketch } from '../../../../renderer/stores/sketch/sketch'
import { pictureOn } from '../../../../renderer/stores/sketch/strokes'
import { fakeMain, show } from '../../lab'

const picture = (name: string) => ({ kind: 'picture' as const, name, width: 1, height: 1, rgba: new Uint8ClampedArray(4), sensitivity: 0.5 })
beforeEach(() => { fakeMain() })
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const file = (name: string, type = 'image/png') => new File(['x'], name, { type })
const nameOn = () => pictureOn(useSketch().drawing)?.name

test('a picture that is dropped anywhere goes to the paper, and the paper is shown; one undo brings the drawing back', async () => {
  vi.spyOn(files, 'pictureOf').mockImplementation((_, name) => Promise.resolve(picture(name)))
  useRoom().go('files')
  useSketch().begin({ x: 0.1, y: 0.1 })
  useSketch().end()
  const view = await show(FileDrop)
  await view.trigger('drop', { dataTransfer: { types: ['Files'], files: [file('seven.png')] } })
  await flushPromises()
  expect([nameOn(), useRoom().current]).toEqual(['seven.png', 'draw'])
  useSketch().undo()
  expect(useSketch().drawing.strokes).toHaveLength(1)
})

test('a picture that cannot be read is named; paper and room stay', async () => {
  vi.spyOn(files, 'pictureOf').mockRejectedValue(new LabError('image.format', 'text', { file: 'text.png', wanted: 'PNG', found: 'text' }))
  useRoom().go('learn')
  useSketch().begin({ x: 0.1, y: 0.1 })
  useSketch().end()
  await usePictures().drop(file('text.png'))
  expect([useSketch().drawing.strokes.length, useRoom().current, useNotices().notices.map(({ key }) => key)]).toEqual([1, 'learn', ['errors.image.format']])
})

test('the picture that was opened last counts, whichever is decoded last', async () => {
  const waiting = new Map<string, () => void>()
  vi.spyOn(files, 'pictureOf').mockImplementation((_, name) => new Promise((done) => { waiting.set(name, () => { done(picture(name)) }) }))
  const opened = [usePictures().open(file('first.png')), usePictures().open(file('second.png'))]
  waiting.get('second.png')!()
  waiting.get('first.png')!()
  expect(await Promise.all(opened)).toEqual([false, true])
  expect([nameOn(), useSketch().canUndo]).toEqual(['second.png', true])
})

test('its sensitivity is changed without a step in the history', async () => {
  vi.spyOn(files, 'pictureOf').mockImplementation((_, name) => Promise.resolve(picture(name)))
  await usePictures().open(file('a.png'))
  for (const value of [0.6, 0.7, 0.8]) useSketch().setSensitivity(value)
  expect(pictureOn(useSketch().drawing)?.sensitivity).toBe(0.8)
  useSketch().undo()
  expect(useSketch().empty).toBe(true)
  useSketch().setSensitivity(0.1)
  expect(useSketch().empty).toBe(true)
})
