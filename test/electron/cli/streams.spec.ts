import { spawnSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LabBundle } from './bundle'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

// /dev/full on Linux accepts no byte. It is only opened, never created: `>` as root would create a file there if it were missing.
test.runIf(existsSync('/dev/full'))('a full disk behind stdout is reported, with exit code 1', () => {
  const full = openSync('/dev/full', constants.O_WRONLY)
  const { status, stderr } = spawnSync(process.execPath, [lab.path('out', 'main', 'cli.js'), '--help'], { encoding: 'utf8', env: { LC_ALL: 'C' }, stdio: ['ignore', full, 'pipe'] })
  closeSync(full)
  expect(status).toBe(1)
  expect(stderr).toBe('stdout could not be written: the disk is full. An earlier file of that name is unchanged.\n')
})

// Cause: only the folder was checked, and an hour of training could not be saved.
test('a place where no file can be written is detected before training', async () => {
  const name = `${'n'.repeat(300)}.safetensors`
  const { code, stdout, stderr } = await lab.run(['train', '--iterations', '1000000', '--save', name])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(`--save: ${name}`)
  expect(readdirSync(lab.folder).filter(name => name.startsWith('.lab-'))).toEqual([])
})

test.each(['', 'new-folder/'])('--save refuses %j', async (save) => {
  const { code, stdout, stderr } = await lab.run(['train', '--iterations', '1000000', '--save', save])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('--save')
  expect(readdirSync(lab.folder).filter(name => name.startsWith('.lab-'))).toEqual([])
})

test('a closed stderr does not stop training', async () => {
  const { code, stdout } = await lab.run(['train', '--layers', '784,2,10', '--iterations', '20', '--json'], { onStart: child => child.stderr?.destroy() })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ iterations: 20 })
})

test('results are printed even when their file cannot be written in the end', async () => {
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

test('a name sends no control characters to the terminal', async () => {
  const { code, stderr } = await lab.run(['predict', 'no\x1b[2J\rsuch.safetensors', 'a.png'])
  expect(code).toBe(2)
  expect(stderr).toContain('no\ufffd[2J\ufffdsuch.safetensors')
})
