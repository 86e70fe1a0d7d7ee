import { locales, projectTexts, translate } from '@contract'
import { defaultConfig, mnist } from '@core'
import { describe, expect, test } from 'vitest'

const facts = { config: { ...defaultConfig, batchSize: 60 }, dataset: mnist, step: 1200, updates: 1200, withData: true, version: '1.2.3' }

describe.each(locales)('the README of a PyTorch project in %s', (locale) => {
  const { readme, notebook } = projectTexts(locale, facts)

  test('is complete: no key and no parameter is left in it', () => {
    expect(readme).not.toMatch(/project\.|terms\.|\{\w+\}/)
    expect(Object.values(notebook).join('\n')).not.toMatch(/project\.|\{\w+\}/)
  })

  test('names network, step, files and licence', () => {
    for (const text of ['MNIST', '1.2.3', '1200', '`affine 50, relu, affine 10`', 'Softmax-with-Loss', 'SGD', '`train.py`', '`optimizer.safetensors`', 'CC BY-SA 3.0']) expect(readme).toContain(text)
  })

  test('says how to start it alone, on several processes and on several machines', () => {
    for (const command of ['python train.py --epochs 5', 'torchrun --nproc_per_node 2 train.py', '-r 0:1,1:1 -t 0:2,1:2', '--rdzv_endpoint HOST:29500']) expect(readme).toContain(command)
    expect(readme).toMatch(/60[\s\S]*120/)
  })

  test('says that the optimizer begins anew where only weights were exported, and where the images go that were left out', () => {
    const other = projectTexts(locale, { ...facts, updates: null, withData: false }).readme
    expect(other).toContain(translate(locale, 'project.fresh'))
    expect(other).toContain('`train-images.idx`')
    expect(other).not.toContain('`data/`')
    expect(readme).not.toContain(translate(locale, 'project.fresh'))
  })
})
