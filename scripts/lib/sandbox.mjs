import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Reason why Chromium's sandbox is not available on this machine, or null when it is.
 * @param {string} executable Electron's
 * @returns {string | null}
 */
export function noSandboxBecause(executable) {
  if (process.platform !== 'linux') return null
  if (process.getuid?.() === 0) return 'Chromium has no sandbox for root'
  if (isSetuidRoot(join(dirname(executable), 'chrome-sandbox'))) return null
  // The namespaces that Chromium needs; the kernel, AppArmor or a container may deny them.
  const { status } = spawnSync('unshare', ['--user', '--map-root-user', '--pid', '--net', '--fork', 'true'], { timeout: 5000 })
  return status === 0 ? null : 'this system restricts user namespaces'
}

/** @param {string} file */
function isSetuidRoot(file) {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats?.uid === 0 && (stats.mode & 0o4111) === 0o4111
}
