import { useCommands } from '../stores/commands'
import { useFiles } from '../stores/files'
import { useRoom } from '../stores/room'
import { useRun } from '../stores/run'

/** The commands of every room; rooms override some of them. */
export function useShellCommands({ openSettings }: { openSettings: () => void }): void {
  const run = useRun()
  const room = useRoom()
  const files = useFiles()
  useCommands({
    'help.keys': () => { room.showKeys(true) },
    'room.learn': () => room.go('learn'), 'room.train': () => room.go('train'), 'room.draw': () => room.go('draw'), 'room.files': () => room.go('files'),
    'file.open': () => files.open(null), 'file.save': files.save,
    'app.settings': openSettings,
    'training.run': { run: run.start, enabled: () => run.canRun }, 'training.pause': { run: run.pause, enabled: () => run.ready },
    'training.stepBatch': { run: run.stepBatch, enabled: () => run.canStep }, 'training.stepEpoch': { run: run.stepEpoch, enabled: () => run.canStep },
    'training.rewind': { run: run.rewind, enabled: () => run.ready },
  })
}
