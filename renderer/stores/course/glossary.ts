import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Whether the glossary is open, and what is searched in it. */
export const useGlossary = defineStore('glossary', () => {
  const isOpen = ref(false)
  const query = ref('')
  /** @param wanted the search that it opens with */
  function show(wanted = '') {
    query.value = wanted
    isOpen.value = true
  }
  const search = (wanted: string) => { query.value = wanted }
  const hide = () => { isOpen.value = false }
  return { isOpen, query, show, search, hide }
})
