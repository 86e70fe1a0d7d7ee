import js from '@eslint/js'
import stylistic from '@stylistic/eslint-plugin'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['out', 'dist', 'coverage', '.cache', 'node_modules', 'build', 'test-results'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  stylistic.configs.customize({ indent: 2, quotes: 'single', semi: false, braceStyle: 'stroustrup' }),
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } },
  // AssemblyScript uses TypeScript's grammar plus decorators on functions and globals; only its own compiler knows its types.
  { files: ['core/ops/kernels/**'], languageOptions: { parserOptions: { allowInvalidAST: true } }, rules: { '@typescript-eslint/ban-ts-comment': 'off' } },
  { files: ['renderer/**'], languageOptions: { globals: globals.browser } },
  { files: ['electron/**', 'scripts/**', 'test/**', '*.config.*'], languageOptions: { globals: globals.node } },
  // Nothing leaves the computer: the app makes no network request. test/rooms/rules.ts forbids Node's network modules.
  { files: ['core/**', 'electron/**', 'renderer/**'], rules: { 'no-restricted-globals': ['error', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'RTCPeerConnection'] } },
  {
    rules: {
      'no-undef': 'off', // the type checker covers it
      '@stylistic/max-statements-per-line': 'off',
      '@stylistic/quote-props': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'use a union of literals' }],
    },
  },
)
