import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { filesIn } from '../../../electron/main/file-arguments'

test('runs and weights among the arguments are opened from the folder in which the program was started, and nothing else is', () => {
  expect(filesIn(['/opt/lab', '--flag.labrun', 'mine.labrun', '/tmp/A.LABRUN', 'weights.safetensors', 'book.npz', 'params.pkl', 'a.json', 'out/main/index.js', ''], '/home/ada'))
    .toEqual(['mine.labrun', '/tmp/A.LABRUN', 'weights.safetensors', 'book.npz', 'params.pkl'].map(name => resolve('/home/ada', name)))
})
