import { rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * electron-builder copies a custom runtime unchanged, so files that only development needs are removed here.
 * @param {import('electron-builder').AfterPackContext} context
 */
export default function afterPack({ appOutDir, electronPlatformName, packager }) {
  const contents = electronPlatformName === 'darwin' ? [`${packager.appInfo.productFilename}.app`, 'Contents', 'Resources'] : ['resources']
  for (const name of ['default_app.asar', 'default_app.sha256']) rmSync(join(appOutDir, ...contents, name), { force: true })
  rmSync(join(appOutDir, 'version'), { force: true })
}
