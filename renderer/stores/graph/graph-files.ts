import { maxSource, type OpenedGraph } from '@contract'
import { ownError } from '@core'
import { defineStore } from 'pinia'
import { onScopeDispose, ref, watch } from 'vue'
import { request } from '../../lib/bridge'
import { useCourse } from '../course/course'
import { playgroundKey, useGraph } from './graph'
import { useNotices } from '../notices'
import { useRoom } from '../room'

/** The playground is saved once it has not changed for this long. */
const writeMs = 300

/** Saves and opens graph files, and keeps the playground between starts. */
export const useGraphFiles = defineStore('graphFiles', () => {
  const graph = useGraph()
  const course = useCourse()
  const room = useRoom()
  const notices = useNotices()
  /** By the graph's key: the name, without extension, of the file that it was last saved to or opened from */
  const names = ref<Readonly<Record<string, string>>>({})
  const setName = (key: string, file: string) => { names.value = { ...names.value, [key]: file.replace(/\.json$/i, '') } }

  async function save() {
    const { key, document } = graph
    const name = names.value[key] ?? (key === playgroundKey ? 'graph' : key)
    const saved = await notices.attempt(() => request('graph:save', { document, name }))
    if (!saved) return
    setName(key, saved.name)
    notices.done('graph.file.saved', { name: saved.name })
  }

  /** Shows an opened graph in the playground: lessons keep theirs, and undo restores the previous one. */
  function take(opened: OpenedGraph) {
    room.go('learn')
    course.go('playground')
    graph.show(opened.document)
    setName(playgroundKey, opened.name)
    notices.done('graph.file.opened', { name: opened.name })
  }

  /** Restores the playground as it was left, and saves its changes from now on. */
  async function recall() {
    const left = await notices.attempt(() => request('graph:recall'))
    if (left) {
      try {
        graph.show(left.document)
        if (left.source !== left.document.expression) graph.setExpression(left.source)
      }
      catch (cause) { ownError(cause) } // written by another version: the initial example stays
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

  return { names, save, take, recall }
})
