// The look of all charts. Drawings name classes only, so that a page's strict content security policy holds and a theme is one rule.

const LIGHT = `--c-ground:#fff;--c-ink:#1b1f24;--c-faint:#5b636d;--c-grid:#e6e9ed;--c-mark:#8297ad;--c-accent:#1d63c9;--c-second:#b3560a;
--c-bad:#b8322a;--c-good:#1a7f4b;--c-band:#1d63c9;--s0:#e4ebf4;--s1:#cbd9ea;--s2:#aec6e1;--s3:#8db0d7;--s4:#6a98cb;--s5:#487fbd;--s6:#2d66aa;--s7:#194d90;--s8:#0b3570;
--k0:#1d63c9;--k1:#b3560a;--k2:#1a7f4b;--k3:#8a3fa0;--k4:#a1741a;--k5:#0f7c8c`

const DARK = `--c-ground:#14171b;--c-ink:#e6e9ed;--c-faint:#9da7b3;--c-grid:#2a3038;--c-mark:#66798e;--c-accent:#6aa8ff;--c-second:#eaa35e;
--c-bad:#ff8f85;--c-good:#5fc78f;--c-band:#6aa8ff;--s0:#222a33;--s1:#283746;--s2:#2e465d;--s3:#345877;--s4:#3d6c94;--s5:#4a83b4;--s6:#5f9cd2;--s7:#82b8ea;--s8:#b3d6ff;
--k0:#6aa8ff;--k1:#eaa35e;--k2:#5fc78f;--k3:#c994dc;--k4:#d9b65c;--k5:#5cc4d4`

const RULES = `.chart{font:12px/1.35 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--c-ink)}
.chart text{fill:var(--c-ink)}.chart .c-faint{fill:var(--c-faint)}.chart .c-small{font-size:11px}.chart .c-strong{font-weight:600}
.chart .c-end{text-anchor:end}.chart .c-middle{text-anchor:middle}.chart .c-ground{fill:var(--c-ground)}
.chart .c-grid{stroke:var(--c-grid);fill:none;shape-rendering:crispEdges}.chart .c-axis{stroke:var(--c-faint);fill:none;shape-rendering:crispEdges}
.chart .c-dot{fill:var(--c-mark)}.chart .c-pruned{fill:none;stroke:var(--c-mark);opacity:.75}.chart .c-bad{fill:var(--c-bad)}.chart .c-beside{fill:none;stroke:var(--c-second)}
.chart .c-best{fill:var(--c-accent)}.chart .c-ring{fill:none;stroke:var(--c-accent);stroke-width:2}
.chart .c-line{fill:none;stroke:var(--c-accent);stroke-width:2;stroke-linejoin:round}
.chart .c-default{fill:none;stroke:var(--c-second);stroke-width:1.5;stroke-dasharray:5 4}.chart text.c-second{fill:var(--c-second)}.chart text.c-accent{fill:var(--c-accent)}
.chart .c-bar{fill:var(--c-accent)}.chart .c-track{fill:var(--c-grid)}.chart .c-band{fill:var(--c-band);opacity:.16}
.chart .c-thin{fill:none;stroke-width:1;stroke-linejoin:round}.chart .c-thin.c-out{stroke:var(--c-grid)}.chart .c-hit{fill:transparent;cursor:crosshair}.chart .c-brush{fill:var(--c-accent);opacity:.28;stroke:var(--c-accent)}.chart .c-series{fill:none;stroke-width:2;stroke-linejoin:round}.chart .c-stop{stroke:var(--c-grid);stroke-dasharray:3 3;fill:none}.chart .c-curve{stroke:var(--s5);opacity:.4}.chart .c-curve-pruned{stroke:var(--c-mark);opacity:.3}
.chart .c-thin.c-winner{stroke:var(--c-second);stroke-width:2.2}.chart .c-halo{paint-order:stroke;stroke:var(--c-ground);stroke-width:3;stroke-linejoin:round}
.chart .c-point{fill:var(--c-ground);stroke:var(--c-ink);stroke-width:.8}.chart .c-front{stroke:var(--c-accent)}
.chart .c-bar-complete{fill:var(--s6)}.chart .c-bar-pruned{fill:var(--s3)}.chart .c-bar-failed{fill:var(--c-bad)}.chart .c-bar-running{fill:var(--c-second)}.chart .c-bar-waiting{fill:var(--c-grid)}
.chart .c-whisker{stroke:var(--c-ink);stroke-width:1.2;fill:none}.chart .c-infeasible{fill:none;stroke:var(--c-bad);stroke-width:1.1}.chart .c-pause{fill:var(--c-ground);stroke:var(--c-accent);stroke-width:1.5}.chart .c-barred{stroke:var(--c-bad);stroke-dasharray:3 3;opacity:.6}
.chart .c-bar-paused{fill:var(--s3);stroke:var(--s6);stroke-dasharray:2 2}.chart .c-joint{stroke:var(--c-faint);stroke-width:1;fill:none;opacity:.55}
.chart .c-cross{stroke:var(--c-bad);stroke-width:1.5;fill:none}
${Array.from({ length: 9 }, (_, i) => `.chart .f${i}{fill:var(--s${i})}.chart .t${i}{stroke:var(--s${i})}`).join('')}
${Array.from({ length: 6 }, (_, i) => `.chart .k${i}{fill:var(--k${i})}.chart .l${i}{stroke:var(--k${i})}`).join('')}`

/**
 * The style sheet of charts, for a page that shows them. It follows the reader's theme; `data-theme="light"` or `"dark"` on the
 * root element decides otherwise. Prints light.
 */
export const CHART_STYLE: string =
  `:root{${LIGHT}}@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}:root[data-theme=dark]{${DARK}}@media print{:root:root{${LIGHT}}}${RULES}`.replaceAll(
    '\n',
    '',
  )
