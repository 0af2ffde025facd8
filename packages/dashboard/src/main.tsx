import { CHART_STYLE } from 'diapason/charts'
import { render } from 'preact'
import { useCallback, useState } from 'preact/hooks'
import './app.css'
import { ComparePage } from './compare-page.tsx'
import { type Toast, ToastView } from './parts.tsx'
import { useRoute } from './route.ts'
import { StudyList } from './study-list.tsx'
import { StudyPage } from './study-page.tsx'
import { ThemeSwitch } from './theme.tsx'
import { TrialPage } from './trial-page.tsx'

const sheet = new CSSStyleSheet()
sheet.replaceSync(CHART_STYLE)
document.adoptedStyleSheets = [sheet]

function App() {
  const route = useRoute()
  const [toast, setToast] = useState<Toast>()
  const forget = useCallback(() => setToast(undefined), [])
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="bar">
        <a href="/" class="brand">
          <img src="/icon.svg" alt="" width="20" height="20" /> Diapason
        </a>
        <ThemeSwitch />
      </header>
      <main id="main" tabIndex={-1}>
        {route.page === 'studies' && <StudyList />}
        {route.page === 'compare' && <ComparePage />}
        {route.page === 'study' && <StudyPage key={route.id} id={route.id} tab={route.tab} onToast={setToast} />}
        {route.page === 'trial' && (
          <TrialPage key={`${route.id}/${route.number}`} id={route.id} number={route.number} onToast={setToast} />
        )}
        {route.page === 'unknown' && (
          <p>
            There is nothing at this address. <a href="/">All studies</a>
          </p>
        )}
      </main>
      <ToastView toast={toast} onGone={forget} />
    </>
  )
}

const root = document.getElementById('app')
if (root !== null) render(<App />, root)
