import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LabBundle } from './bundle'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

// Devices that take no byte and folders that take no file, even from root: Linux has them.
const linux = process.platform === 'linux'

test.runIf(linux)('a full disk behind stdout is told, with exit code 1', () => {
  const { status, stderr } = spawnSync('/bin/sh', ['-c', '"$0" "$1" --help > /dev/full', process.execPath, lab.path('out', 'main', 'cli.js')], { encoding: 'utf8', env: { LC_ALL: 'C' } })
  expect(status).toBe(1)
  expect(stderr).toBe('stdout could not be written: the disk is full. An earlier file of that name is unchanged.\n')
})

test.runIf(linux)('a folder that takes no file is found out before training', async () => {
  const { code, stdout, stderr } = await lab.run(['train', '--iterations', '1000000', '--save', '/proc/weights.safetensors'])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('--save: /proc/weights.safetensors')
})

test.each(['', 'new-folder/'])('--save takes no %j', async (save) => {
  const { code, stdout, stderr } = await lab.run(['train', '--iterations', '1000000', '--save', save])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('--save')
  expect(readdirSync(lab.folder).filter(name => name.startsWith('.lab-'))).toEqual([])
})

test('a reader of messages who has gone stops no training', async () => {
  const { code, stdout } = await lab.run(['train', '--layers', '784,2,10', '--iterations', '20', '--json'], { onStart: child => child.stderr?.destroy() })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ iterations: 20 })
})

test('results are told even when their file cannot be written in the end', async () => {
  const folder = lab.path('gone')
  mkdirSync(folder)
  const { code, stdout, stderr } = await lab.run(['train', '--layers', '784,8,10', '--iterations', '20000', '--save', 'gone/a.safetensors', '--json'], {
    onStderr: (text) => { if (text.includes('/20,000')) rmSync(folder, { recursive: true, force: true }) },
  })
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ iterations: 20_000, saved: null })
  expect(stderr).toContain('gone')
  expect(existsSync(folder)).toBe(false)
})

test('a name cannot steer the terminal', async () => {
  const { code, stderr } = await lab.run(['predict', 'no\x1b[2J\rsuch.safetensors', 'a.png'])
  expect(code).toBe(2)
  expect(stderr).toContain('no\ufffd[2J\ufffdsuch.safetensors')
})
