import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contenders, environment } from './peers'

describe('a peer’s environment', () => {
  test('sets its number of threads, and removes everything that would override OpenBLAS’s choice of kernels', () => {
    const from = { PATH: '/bin', OPENBLAS_CORETYPE: 'Haswell', OPENBLAS_L2_SIZE: '512' }
    expect(environment(2, { from })).toEqual({ PATH: '/bin', PYTHONDONTWRITEBYTECODE: '1', OPENBLAS_NUM_THREADS: '2', OMP_NUM_THREADS: '2', MKL_NUM_THREADS: '2' })
    expect(environment(2, { from, openblas: 'SkylakeX' })).toMatchObject({ OPENBLAS_CORETYPE: 'SkylakeX' })
  })

  test('is Debian’s Python, whatever is on the PATH', () => {
    const commands = contenders({ mnist: 'm', electron: 'e', peers: 'p', bundles: 'b' }).map(({ command }) => command(1))
    expect(commands.filter(({ args }) => args[0]!.endsWith('.py')).map(({ file }) => file)).toEqual(Array.from({ length: 4 }, () => '/usr/bin/python3'))
  })
})

test('another checkout is compared alone, in the same runtime, on the same digits', () => {
  const places = { mnist: 'm', electron: 'e', peers: 'p', bundles: 'b' }
  const all = contenders({ ...places, against: '/elsewhere/before' })
  expect(all.map(({ name, command }) => [name, command(2).file, ...command(2).args])).toEqual([['the lab in before', 'e', '/elsewhere/before/.cache/bench/lab.mjs', 'm', '2']])
})

describe('the peers in JavaScript', () => {
  interface Lock { readonly packages: Record<string, { readonly resolved?: string, readonly integrity?: string }> }
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, 'peers', name), 'utf8')) as T

  test('are pinned, and come from whichever registry npm is set to', () => {
    const { dependencies } = read<{ readonly dependencies: Record<string, string> }>('package.json')
    const locked = Object.entries(read<Lock>('package-lock.json').packages).filter(([name]) => name !== '')
    expect(Object.values(dependencies).filter(version => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
    expect(locked.filter(([, { resolved, integrity }]) => resolved !== undefined || !integrity?.startsWith('sha512-')).map(([name]) => name)).toEqual([])
  })
})
