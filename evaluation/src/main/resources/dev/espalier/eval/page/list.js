/** A list of any length, of which only what is seen is drawn. Rows are of one height. */
class VirtualList {
  /**
   * @param draw (item, index) → the children of a row
   * @param chosen called with the index that the reader chose, and whether to open it
   */
  constructor(element, rowHeight, draw, chosen) {
    this.element = element;
    this.rowHeight = rowHeight;
    this.draw = draw;
    this.chosen = chosen;
    this.items = [];
    this.current = -1;
    this.space = el("div", { class: "space", role: "presentation" });
    element.replaceChildren(this.space);
    element.addEventListener("scroll", () => this.redraw(), { passive: true });
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("click", (event) => {
      const row = event.target.closest("[data-index]");
      if (row) this.choose(Number(row.dataset.index), true);
    });
    new ResizeObserver(() => this.redraw()).observe(element);
  }

  show(items) {
    this.items = items;
    this.current = -1;
    this.space.style.height = items.length * this.rowHeight + "px";
    this.element.scrollTop = 0;
    this.redraw();
  }

  redraw() {
    const first = Math.max(0, Math.floor(this.element.scrollTop / this.rowHeight) - 6);
    const last = Math.min(this.items.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / this.rowHeight) + 6);
    const rows = [];
    for (let i = first; i < last; i++) {
      rows.push(el("div", {
        class: "row", role: "option", id: "row-" + i, "data-index": i, "aria-selected": String(i === this.current),
        "aria-posinset": i + 1, "aria-setsize": this.items.length, style: "top:" + i * this.rowHeight + "px;height:" + this.rowHeight + "px",
      }, ...this.draw(this.items[i], i)));
    }
    this.space.replaceChildren(...rows);
    if (this.current >= 0) this.element.setAttribute("aria-activedescendant", "row-" + this.current);
    else this.element.removeAttribute("aria-activedescendant");
  }

  choose(index, open) {
    if (index < 0 || index >= this.items.length) return;
    this.current = index;
    const top = index * this.rowHeight;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    const bottom = top + this.rowHeight - this.element.clientHeight;
    if (bottom > this.element.scrollTop) this.element.scrollTop = bottom;
    this.redraw();
    this.chosen(index, open);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.rowHeight) - 1);
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(Math.max(0, this.current), true);
    } else if (event.key in steps) {
      event.preventDefault();
      const next = Math.max(0, Math.min(this.items.length - 1, this.current + steps[event.key]));
      this.choose(next, false);
    }
  }
}
