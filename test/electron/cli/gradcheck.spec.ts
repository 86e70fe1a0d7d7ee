import { afterAll, beforeAll, expect, test } from 'vitest'
import { LabBundle } from './bundle'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

interface Check { mean: number, max: number, checked: number, kinks: { count: number, max: number } }

test('gradcheck agrees to 1e-7 on every parameter, and counts every element', async () => {
  const { code, stdout } = await lab.run(['gradcheck', '--layers', '784,6,10', '--samples', '3', '--seed', '2', '--json'])
  expect(code).toBe(0)
  const checks = JSON.parse(stdout) as Record<string, Check>
  expect(Object.keys(checks)).toEqual(['W1', 'b1', 'W2', 'b2'])
  for (const [i, size] of [784 * 6, 6, 60, 10].entries()) {
    const { mean, max, checked, kinks } = Object.values(checks)[i]!
    expect(checked + kinks.count).toBe(size)
    expect(mean).toBeLessThanOrEqual(1e-7)
    expect(max).toBeGreaterThanOrEqual(mean)
    expect(mean).toBeGreaterThan(0) // two independent computations may differ in the last bit
  }
})

test('gradcheck ends with 1 when a mean is above its limit', async () => {
  // With h = 1 the differences are no longer slopes.
  const { code, stdout, stderr } = await lab.run(['gradcheck', '--layers', '784,2,10', '--activation', 'sigmoid', '--samples', '1', '--h', '1'])
  expect(code).toBe(1)
  expect(stdout.split('\n')[0]).toMatch(/parameter +mean +maximum/)
  expect(stderr).toMatch(/The mean difference of .*W2.* is above 1e-7/)
})

// Cause: any check without a mean below the limit was reported as wrong, even with a bad h or when nothing had been checked.
test('gradcheck tries a suitable h before it reports an error, and names the one that was too large', async () => {
  const { code, stderr } = await lab.run(['gradcheck', '--layers', '784,2,10', '--activation', 'sigmoid', '--samples', '1', '--h', '1'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/with h = 1, but not with h = 0\.0001: backpropagation is correct/)
  expect(stderr).not.toContain('backpropagation is wrong')
})

test('gradcheck reports no error when nothing was checked', async () => {
  const { code, stdout, stderr } = await lab.run(['gradcheck', '--layers', '784,2,10', '--samples', '1', '--h', '1', '--json'])
  const checks = JSON.parse(stdout) as Record<string, Check>
  const unchecked = Object.keys(checks).filter(name => checks[name]!.checked === 0)
  expect(unchecked.length).toBeGreaterThan(0) // ±1 on a bias switches both ReLUs
  expect(code).toBe(1)
  expect(stderr).toContain(`No element of ${unchecked.join(', ')} could be checked: with h = 1`)
  for (const line of stderr.split('\n').filter(line => line.includes('mean difference')))
    for (const name of unchecked) expect(line).not.toMatch(new RegExp(`\\b${name}\\b`))
})

test('gradcheck ends with 130 on Ctrl-C, without a result', async () => {
  const { code, stdout, stderr } = await lab.run(['gradcheck', '--layers', '784,200,10', '--samples', '5', '--json'], {
    onStderr: (text, child) => { if (text.includes('W1')) child.kill('SIGINT') },
  })
  expect([code, stdout]).toEqual([130, ''])
  expect(stderr).toContain('Interrupted')
})
