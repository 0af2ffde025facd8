/** The look of the report's page around its charts; colours come from the charts' style sheet. */
export const PAGE_STYLE: string = `*{box-sizing:border-box}
html{background:var(--c-ground);color:var(--c-ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
body{margin:0}main,footer{max-width:800px;margin:0 auto;padding:0 20px}
h1{font-size:2rem;line-height:1.2;margin:48px 0 4px;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:48px 0 12px}h3{font-size:1rem;margin:24px 0 8px}
.goals{color:var(--c-faint);margin:0}.lead{font-size:1.15rem;margin:20px 0;overflow-wrap:anywhere}
dl{margin:0;display:grid;gap:4px}dl div{display:flex;gap:16px;flex-wrap:wrap}dt{color:var(--c-faint);flex:0 0 110px}dd{margin:0;flex:1 1 300px}
figure{margin:0}.drawing svg{width:100%;height:auto;display:block}figcaption{color:var(--c-faint);margin:8px 0;font-size:.95rem;overflow-wrap:anywhere}
details{margin-top:4px}summary{cursor:pointer;color:var(--c-accent);font-size:.95rem;width:fit-content}
.scroll{overflow:auto;max-height:440px;margin-top:8px;border:1px solid var(--c-grid);border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:6px 12px;text-align:left;border-bottom:1px solid var(--c-grid);vertical-align:top}tr:last-child td{border-bottom:0}
th{color:var(--c-faint);font-weight:500;position:sticky;top:0;background:var(--c-ground)}td{overflow-wrap:anywhere;min-width:4.5em}.number{text-align:right;white-space:nowrap}
.note,footer{color:var(--c-faint);font-size:.9rem}footer{margin-top:56px;padding-bottom:40px}
:focus-visible{outline:2px solid var(--c-accent);outline-offset:2px;border-radius:3px}
@media print{html{font-size:11pt}main,footer{max-width:none;padding:0}section{break-inside:avoid}details:not([open]){display:none}.scroll{max-height:none;border:0}}`.replaceAll(
  '\n',
  '',
)
