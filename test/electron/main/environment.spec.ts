import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { appInfo, localeOf, mnistFolder, systemLocale } from '../../../electron/main/environment'
import { app, freshElectron } from './fake-electron'

vi.mock('electron', () => import('./fake-electron'))
const resources = Object.getOwnPropertyDescriptor(process, 'resourcesPath')
beforeEach(() => {
  freshElectron()
  vi.stubEnv('LAB_MNIST', undefined)
  vi.stubEnv('LAB_LANG', undefined)
  Object.defineProperty(process, 'resourcesPath', { configurable: true, value: '/opt/lab/resources' })
})
afterEach(() => {
  vi.unstubAllEnvs()
  if (resources) Object.defineProperty(process, 'resourcesPath', resources)
  else delete (process as { resourcesPath?: string }).resourcesPath
})

test('the digits of a packaged app are in its resources, those of a project where set-up put them', () => {
  expect(mnistFolder()).toBe(join('/opt/lab/resources', 'mnist'))
  app.isPackaged = false
  expect(mnistFolder()).toBe(join('/home/ada/lab', 'build', 'mnist'))
})

test.each([true, false])('another folder for the digits can be set (packaged: %j)', (packaged) => {
  app.isPackaged = packaged
  vi.stubEnv('LAB_MNIST', '/srv/digits')
  expect(mnistFolder()).toBe('/srv/digits')
})

test('the system’s language is the user’s first that the lab supports, unless another one is set', () => {
  app.languages = ['fr-FR', 'ko-KR', 'en-US']
  expect(systemLocale()).toBe('ko')
  vi.stubEnv('LAB_LANG', '')
  expect(systemLocale()).toBe('ko')
  vi.stubEnv('LAB_LANG', 'ja')
  expect(systemLocale()).toBe('ja')
})

test('the lab’s language is the chosen one, or the system’s', () => {
  app.languages = ['ja-JP']
  expect([localeOf({ locale: 'system' }), localeOf({ locale: 'ko' }), localeOf({ locale: 'en' })]).toEqual(['ja', 'ko', 'en'])
})

test('the window shows the facts of this app and this computer', () => {
  app.languages = ['ko']
  expect(appInfo({ phase: 'loading' })).toEqual({
    version: '1.2.3', electron: process.versions.electron, platform: `${process.platform} ${process.arch}`, cores: availableParallelism(), systemLocale: 'ko', dataset: { phase: 'loading' },
  })
})
