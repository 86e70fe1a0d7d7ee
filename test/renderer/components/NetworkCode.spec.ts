import { codeLanguages, defaultConfig, mnist, networkCode, registerLayer } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import NetworkCode from '../../../renderer/components/NetworkCode.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { leakyRelu } from '../../fixtures/leaky-relu'
import { infoOf } from '../../fixtures/dataset-info'
import { runConfig } from '../../fixtures/run-config'
import { fakeMain, show } from '../lab'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const mnistRun = { config: defaultConfig, dataset: mnist }

test('each language is shown, and copied as it stands', async () => {
  const copied: string[] = []
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => { copied.push(text) } } })
  const view = await show(NetworkCode, { source: mnistRun, open: true })
  await flushPromises()
  for (const [i, language] of codeLanguages.entries()) {
    await view.findAll('.segmented input')[i]!.setValue()
    expect(view.get('code').element.textContent).toBe(networkCode(language, mnistRun))
    await view.get('footer .primary').trigger('click')
    await flushPromises()
  }
  expect(copied).toEqual(codeLanguages.map(language => networkCode(language, mnistRun)))
  expect(useNotices().notices.at(-1)).toMatchObject({ key: 'graph.code.copied' })
})

test('follows the dataset’s pixels and classes', async () => {
  const dataset = infoOf({ id: 'bands', rows: 20, columns: 30, classes: 7, train: 700, test: 140 })
  const view = await show(NetworkCode, { source: { config: { ...runConfig({ layers: [600, 5, 7] }), dataset: 'bands' }, dataset }, open: true })
  await flushPromises()
  expect(view.get('code').text()).toMatch(/\(600, 5\)[^]*\(5, 7\)[^]*x_train: \(images, 600\)[^]*classes 0 to 6/)
})

test('a layer without code is named in place of the program, and nothing can be copied', async () => {
  const remove = registerLayer(leakyRelu)
  try {
    const network = { layers: [{ kind: 'affine', units: 5 }, { kind: 'leakyRelu', slope: 0.01 }, { kind: 'affine', units: 10 }], loss: 'softmaxWithLoss' } as const
    const view = await show(NetworkCode, { source: { config: { ...defaultConfig, network }, dataset: mnist }, open: true })
    await flushPromises()
    expect([view.get('[role=alert]').text(), view.find('pre').exists(), view.get('footer .primary').attributes('disabled')]).toEqual(['There is no NumPy code for leakyRelu. Choose another language, or another layer or optimizer.', false, ''])
  }
  finally { remove() }
})
