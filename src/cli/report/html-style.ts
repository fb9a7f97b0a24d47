/** The style of the page: light and dark as the reader has it, one column on a telephone. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f6f7f9; --card: #fff; --ink: #1b1f26; --soft: #5a6472; --line: #dde1e7; --bar: #2f6bd8; --light: #a9c4f3; --second: #c0662a;
  --serious: #b3261e; --warning: #8a5a00; --info: #2f6bd8; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --card: #1d2229; --ink: #e8ebf0; --soft: #a3adba; --line: #333b46; --bar: #78a6f5; --light: #35517f; --second: #e29a63;
  --serious: #ff8a80; --warning: #f0c060; --info: #78a6f5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; }
p { margin: .25rem 0; } .soft { color: var(--soft); font-size: .875rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; padding: 0; }
.tile, .card, figure { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem .9rem; margin: 0; overflow-wrap: anywhere; }
.tile dt { color: var(--soft); font-size: .8rem; } .tile dd { margin: 0; } .tile strong { display: block; font-size: 1.5rem; line-height: 1.3; font-weight: 650; }
ul.cards { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: .6rem; }
.card { border-left: .3rem solid var(--line); } .serious { border-left-color: var(--serious); } .warning { border-left-color: var(--warning); } .info { border-left-color: var(--info); }
.tag { font-size: .75rem; font-weight: 650; text-transform: uppercase; letter-spacing: .04em; } .serious .tag { color: var(--serious); } .warning .tag { color: var(--warning); } .info .tag { color: var(--info); }
code { font: .85em ui-monospace, monospace; background: var(--paper); border: 1px solid var(--line); border-radius: .25rem; padding: .05em .35em; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1rem; align-items: start; } .wide { grid-column: 1 / -1; }
p:has(> code) { line-height: 1.9; } figcaption { font-weight: 650; margin-bottom: .5rem; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; } td, th { padding: .25rem .5rem; text-align: right; vertical-align: middle; } td { white-space: nowrap; }
td:first-child, th:first-child { padding-left: 0; } td:last-child, th:last-child { padding-right: 0; }
th { font-weight: 500; } thead th { color: var(--soft); font-size: .8rem; white-space: nowrap; } thead th, thead td { border-bottom: 1px solid var(--line); } tbody th, td.text { text-align: left; overflow-wrap: anywhere; min-width: 7rem; white-space: normal; } td.text { min-width: 9rem; } thead th:first-child, thead th.text { text-align: left; }
.bars { width: 35%; min-width: 5rem; } .bars svg { display: block; width: 100%; height: .8rem; } .bars svg + svg { margin-top: 2px; }
.bar { fill: var(--bar); } .light { fill: var(--light); } .second { fill: var(--second); } .key { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin: 0 .35em 0 .8em; }
.key.bar { background: var(--bar); } .key.second { background: var(--second); } .key.light { background: var(--light); } .key:first-child { margin-left: 0; }
.hours { display: block; width: 100%; height: 9rem; border-bottom: 1px solid var(--line); } .axis { display: flex; justify-content: space-between; gap: 1rem; }
summary { cursor: pointer; color: var(--soft); font-size: .875rem; margin-top: .5rem; } details .scroll { max-height: 20rem; overflow-y: auto; }
figure { min-width: 0; }
@media (max-width: 32rem) { td, th { padding: .25rem .3rem; } .bars { width: 22%; min-width: 2.5rem; } tbody th { min-width: 5.5rem; } td.text { min-width: 5rem; } }
@media print { body { background: #fff; } .tile, .card, figure { break-inside: avoid; } }
`;
