import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('no hidden answer of any lesson is in the window before it was answered', () => {
  const { status, stdout } = spawnSync('npx', ['vitest', 'run', 'test/renderer/lessons/answers-stay-hidden.spec.ts'], { env: { ...process.env, LAB_EVERY_LESSON: '1' }, encoding: 'utf8' })
  expect(status, stdout).toBe(0)
})
