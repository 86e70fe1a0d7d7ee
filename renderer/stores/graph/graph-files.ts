import { maxSource, type OpenedGraph } from '@contract'
import { ownError } from '@core'
import { defineStore } from 'pinia'
import { onScopeDispose, ref, watch } from 'vue'
import { dropFile, request } from '../../lib/bridge'
import { useCourse } from '../course/course'
import { playgroundKey, useGraph } from './graph'
import { useNotices } from '../notices'
import { useRoom } from '../room'

/** The playground is written when it has been left alone for so long. */
const writeMs = 300

/** Graphs in files, and the playground from one start to the next. */
export const useGraphFiles = defineStore('graphFiles', () => {
  const graph = useGraph()
  const course = useCourse()
  const room = useRoom()
  const notices = useNotices()
  /** What a file is called that was saved or opened, without its extension: by whose graph it is */
  const names = ref<Readonly<Record<string, string>>>({})
  const call = (key: string, file: string) => { names.value = { ...names.value, [key]: file.replace(/\.json$/i, '') } }

  async function save() {
    const { key, document } = graph
    const name = names.value[key] ?? (key === playgroundKey ? 'graph' : key)
    const saved = await notices.attempt(() => request('graph:save', { document, name }))
    if (!saved) return
    call(key, saved.name)
    notices.done('graph.file.saved', { name: saved.name })
  }

  const open = () => take(() => request('graph:open'))
  const drop = (file: File) => take(() => dropFile<'graph:drop'>(file))

  /** What is opened goes into the playground: a lesson keeps its graph, and undo brings back the one before. */
  async function take(work: () => Promise<OpenedGraph | null>) {
    const opened = await notices.attempt(work)
    if (!opened) return
    room.go('learn')
    course.go('playground')
    graph.show(opened.document)
    call(playgroundKey, opened.name)
    notices.done('graph.file.opened', { name: opened.name })
  }

  /** Puts the playground back as it was left, and from then on keeps what becomes of it. */
  async function recall() {
    const left = await notices.attempt(() => request('graph:recall'))
    if (left) {
      try {
        graph.show(left.document)
        if (left.source !== left.document.expression) graph.setExpression(left.source)
      }
      catch (cause) { ownError(cause) } // of another version: it begins with the apples
    }
    watch(() => [graph.key, graph.document, graph.source] as const, () => {
      if (graph.key !== playgroundKey) return
      clearTimeout(timer)
      timer = setTimeout(remember, writeMs)
    })
    addEventListener('pagehide', atEnd)
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const atEnd = () => { if (timer !== undefined) remember() }
  onScopeDispose(() => {
    clearTimeout(timer)
    removeEventListener('pagehide', atEnd)
  })
  function remember() {
    clearTimeout(timer)
    timer = undefined
    const { document, source } = graph.playground()
    void notices.attempt(() => request('graph:remember', { document, source: source.slice(0, maxSource) }))
  }

  return { names, save, open, drop, recall }
})
