import { useCommands } from '../stores/commands'
import { useGlossary } from '../stores/course/glossary'
import { useFiles } from '../stores/files'
import { useOpenFile } from '../stores/open-file'
import { useRoom } from '../stores/room'
import { useRun } from '../stores/run'

/** The commands of every room; rooms override some of them. */
export function useShellCommands({ openSettings }: { openSettings: () => void }): void {
  const run = useRun()
  const room = useRoom()
  const files = useFiles()
  const opening = useOpenFile()
  const glossary = useGlossary()
  const ready = () => run.ready
  useCommands({
    'help.keys': () => { room.showKeys(true) },
    'help.glossary': () => { glossary.show() },
    'help.first': { run: room.showFirstScene, enabled: () => !room.inFirstScene },
    'view.present': { run: () => room.present(true), enabled: () => room.canPresent },
    'room.learn': () => room.go('learn'), 'room.train': () => room.go('train'), 'room.draw': () => room.go('draw'), 'room.files': () => room.go('files'),
    'file.open': opening.open, 'file.save': { run: files.save, enabled: ready }, 'file.saveAs': { run: files.saveAs, enabled: ready },
    'app.settings': openSettings,
    'training.run': { run: run.start, enabled: () => run.canRun }, 'training.pause': { run: run.pause, enabled: ready },
    'training.stepBatch': { run: run.stepBatch, enabled: () => run.canStep }, 'training.stepEpoch': { run: run.stepEpoch, enabled: () => run.canStep },
    'training.rewind': { run: run.rewind, enabled: ready },
  })
}
