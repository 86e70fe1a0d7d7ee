import type { CertificateRun } from '@contract'
import { LabError } from '@core'
import { afterEach, expect, test, vi } from 'vitest'
import { useCertificateRun } from '../../../renderer/stores/certificate'
import { useNotices } from '../../../renderer/stores/notices'
import { fakeMain } from '../lab'

afterEach(() => vi.unstubAllGlobals())

const run = (phase: string, patch: Partial<CertificateRun> = {}) => ({ phase, at: null, measured: {}, error: null, ...patch }) as CertificateRun

test('is idle until main reports otherwise', () => {
  fakeMain()
  expect([useCertificateRun().run, useCertificateRun().running]).toEqual([run('idle'), false])
})

test('shows main’s state, and then every event; it subscribes once however often it is shown', async () => {
  const main = fakeMain({ 'certificate:state': () => run('running') })
  await useCertificateRun().load()
  await useCertificateRun().load()
  expect([useCertificateRun().running, main.asked('certificate:state')]).toEqual([true, [null]])
  main.tell('certificate', run('done'))
  expect([useCertificateRun().run.phase, useCertificateRun().running]).toEqual(['done', false])
})

test('starts and stops as main answers', async () => {
  const main = fakeMain({ 'certificate:start': () => run('running'), 'certificate:stop': () => run('stopped') })
  await useCertificateRun().start()
  expect(useCertificateRun().run.phase).toBe('running')
  await useCertificateRun().stop()
  expect([useCertificateRun().run.phase, main.asked('certificate:start'), main.asked('certificate:stop')]).toEqual(['stopped', [null], [null]])
})

test('a refusal is reported and changes nothing', async () => {
  fakeMain({ 'certificate:start': () => { throw new LabError('dataset.missing', 'no', {}) } })
  await useCertificateRun().start()
  expect([useCertificateRun().run, useNotices().notices.map(({ key }) => key)]).toEqual([run('idle'), ['errors.dataset.missing']])
})
