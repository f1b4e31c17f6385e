import { render } from 'preact'
import './styles.css'
import { App } from './shell/app.tsx'
import { applyTheme } from './shared/theme.ts'

applyTheme()
const root = document.querySelector('#app')
if (root) render(<App />, root)
