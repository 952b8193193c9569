package dev.espalier.jobs.schedule.page;

/** How the page looks, by day and by night. */
final class PageStyle {
  private PageStyle() {}

  static final String CSS =
      """
      :root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--text:#1b1f24;--soft:#59636e;\
      --line:#dde2e8;--ok:#1a7f37;--bad:#c62a2f;--run:#0b62c4;--wait:#8a5a00;--bar:#dbe6f5}
      @media(prefers-color-scheme:dark){:root{--back:#111418;--card:#1a1f26;--text:#e3e8ee;\
      --soft:#97a3b0;--line:#303842;--ok:#4cc26a;--bad:#ff7b72;--run:#6cb0ff;--wait:#e0b15a;\
      --bar:#26394f}}
      *{box-sizing:border-box}
      body{margin:0 auto;max-width:84rem;padding:1.2rem;background:var(--back);color:var(--text);\
      font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
      h1{font-size:1.35rem;margin:0 0 .2rem}
      h2{font-size:1rem;margin:1.6rem 0 .5rem}
      .soft{color:var(--soft)}
      .sums{display:flex;flex-wrap:wrap;gap:.5rem;margin:.8rem 0 0;padding:0;list-style:none}
      .sums li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;\
      padding:.45rem .8rem;min-width:6rem}
      .sums b{display:block;font-size:1.15rem;font-variant-numeric:tabular-nums}
      .note{border:1px solid var(--wait);border-left-width:.3rem;border-radius:.4rem;\
      background:var(--card);padding:.5rem .8rem;margin:.6rem 0;overflow-wrap:anywhere}
      .frame{background:var(--card);border:1px solid var(--line);border-radius:.5rem;\
      overflow-x:auto}
      table{border-collapse:collapse;width:100%}
      th,td{padding:.38rem .7rem;text-align:left;vertical-align:top;\
      border-bottom:1px solid var(--line);white-space:nowrap}
      tr:last-child td{border-bottom:0}
      th{color:var(--soft);font-weight:600;font-size:.85rem;position:sticky;top:0;\
      background:var(--card)}
      td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
      td.wide{white-space:normal;overflow-wrap:anywhere;min-width:12rem}
      td.name{white-space:normal;overflow-wrap:anywhere;min-width:9rem;max-width:22rem}
      td small{display:block;color:var(--soft)}
      td small.why{white-space:normal;overflow-wrap:anywhere;min-width:12rem;max-width:22rem}
      .ok{color:var(--ok)}.bad{color:var(--bad)}.run{color:var(--run)}.wait{color:var(--wait)}
      .past{display:inline-flex;gap:2px;align-items:center;height:1.2em}
      .past i{width:.42rem;height:.95rem;border-radius:1px;background:currentColor}
      .past i.bad{height:.95rem;border:1px solid var(--bad);background:var(--card);\
      background-image:linear-gradient(135deg,var(--bad) 0 45%,transparent 45% 55%,var(--bad) 55%)}
      .past i.run{background:var(--bar);border:1px solid var(--run)}
      .bar{height:.5rem;border-radius:.25rem;background:var(--bar);overflow:hidden;\
      min-width:10rem;margin-top:.3rem}
      .bar span{display:block;height:100%;background:var(--run)}
      a{color:var(--run)}
      footer{margin:1.5rem 0;color:var(--soft)}
      """;
}
