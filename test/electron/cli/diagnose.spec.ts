import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LabBundle } from './bundle'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

interface JsonFinding { readonly rule: string, readonly severity: string, readonly layer: string | null, readonly step: number, readonly number: number }

async function findingsIn(file: string): Promise<readonly JsonFinding[]> {
  const { code, stdout, stderr } = await lab.run(['diagnose', file, '--json'])
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as readonly JsonFinding[]
}

const small = ['--layers', '784,8,10', '--iterations', '150', '--seed', '1']

describe('diagnose', () => {
  test('finds nothing in a network that learned, and says what was looked at', async () => {
    await lab.run(['train', ...small, '--save', 'healthy.safetensors'])
    expect(await findingsIn('healthy.safetensors')).toEqual([])
    const { code, stdout } = await lab.run(['diagnose', 'healthy.safetensors'])
    expect([code, stdout]).toEqual([0, 'Nothing is wrong with it: 1,000 training images and one mini-batch of MNIST were looked at.\n'])
  })

  test('names dead units in weights that too large steps have left, with exactly five entries for each finding', async () => {
    await lab.run(['train', ...small, '--learning-rate', '30', '--save', 'dead.safetensors'])
    const [first] = await findingsIn('dead.safetensors')
    expect(first).toEqual({ rule: 'deadUnits', severity: 'broken', layer: 'relu1', step: 150, number: 1 })
    const { stdout } = await lab.run(['diagnose', 'dead.safetensors', '--lang', 'ko'])
    expect(stdout).toContain('8')
    expect(stdout).not.toMatch(/[{}]|diagnosis\./)
  })

  test('names vanishing gradients in a checkpoint', async () => {
    await lab.run(['train', '--layers', '784,12,12,12,12,10', '--activation', 'sigmoid', '--init', 'small', '--iterations', '20', '--checkpoint', 'deep.safetensors'])
    const findings = await findingsIn('deep.safetensors')
    expect(findings[0]).toMatchObject({ rule: 'vanishing', layer: 'affine1', step: 21 })
    expect(findings[0]!.number).toBeLessThan(1e-6)
  })
})
