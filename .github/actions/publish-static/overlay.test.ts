import { type LayerEntry, Overlay } from "./overlay.ts";

let offset = 0;
const file = (name: string): LayerEntry => ({ name, type: "file", linkname: "", offset: ++offset, size: 1 });
const folder = (name: string): LayerEntry => ({ ...file(name), type: "directory" });
const link = (name: string, linkname: string, type = "symlink"): LayerEntry => ({ ...file(name), type, linkname });

/** A folder of the layers given, the topmost first. */
function overlay(...layers: readonly (readonly LayerEntry[])[]): Overlay {
  const made = new Overlay("/app/static");
  for (const entries of layers) {
    const layer = made.layer();
    for (const entry of entries) layer.add(entry);
    layer.commit();
  }
  return made;
}

test("the topmost layer's file counts, by whatever spelling of its name; bytes of others are not wanted", () => {
  const [upper, lower] = [file("./app/static/a.css"), file("/app/static/a.css")];
  expect(overlay([upper], [lower]).find("a.css")).toEqual({ offset: upper.offset, size: 1 });
  const layer = new Overlay("/app/static").layer();
  expect(
    [file("app/static/x"), file("app/other/x"), file("app/staticx"), folder("app/static/y")].map(layer.add),
  ).toEqual([true, false, false, false]);
});

test("what an upper layer removes or replaces is gone, with all below it", () => {
  const lower = [file("app/static/a.css"), file("app/static/pages/b.css")];
  expect(overlay([file("app/static/.wh.a.css")], lower).find("a.css")).toBe("missing");
  expect(overlay([file("app/static/.wh.a.css")], lower).find("pages/b.css")).toMatchObject({ size: 1 });
  for (const hiding of ["app/static/.wh.pages", "app/static/pages/.wh..wh..opq", "app/.wh.static", ".wh..wh..opq"]) {
    expect([hiding, overlay([file(hiding)], lower).find("pages/b.css")]).toEqual([hiding, "missing"]);
  }
  expect(overlay([file("app/static/pages")], lower).find("pages/b.css")).toBe("missing");
  expect(overlay([link("app", "/srv")], lower).find("a.css")).toBe("missing");
  // The same layer's own files stay.
  const own = [file("app/static/pages/.wh..wh..opq"), file("app/static/pages/b.css")];
  expect(overlay(own, lower).find("pages/b.css")).toMatchObject({ size: 1 });
});

test("a folder in the place of a lower layer's link is no link", () => {
  const upper = [folder("app/static/pages/"), file("app/static/pages/b.css")];
  expect(overlay(upper, [link("app/static/pages", "/etc")]).find("pages/b.css")).toMatchObject({ size: 1 });
});

test("links are followed within the folder and nowhere else", () => {
  const made = overlay([
    file("app/static/real/a.css"),
    file("etc/passwd"),
    link("app/static/relative.css", "real/a.css"),
    link("app/static/absolute.css", "/app/static/real/a.css"),
    link("app/static/pages", "./real"),
    link("app/static/hard.css", "app/static/real/a.css", "link"),
    link("app/static/up.css", "../../etc/passwd"),
    link("app/static/out.css", "/etc/passwd"),
    link("app/static/outside", "/etc"),
    link("app/static/hardly.css", "etc/passwd", "link"),
    link("app/static/beside.css", "../staticx"),
    link("app/static/again.css", "out.css"),
    link("app/static/loop.css", "loop.css"),
    link("app/static/dangling.css", "none.css"),
  ]);
  for (const name of ["relative.css", "absolute.css", "pages/a.css", "hard.css"]) {
    expect([name, made.find(name)]).toEqual([name, made.find("real/a.css")]);
  }
  for (const name of ["up.css", "out.css", "outside/passwd", "hardly.css", "beside.css", "again.css"]) {
    expect([name, made.find(name)]).toEqual([name, "outside"]);
  }
  for (const name of ["loop.css", "dangling.css", "real", "real/a.css/x"]) {
    expect([name, made.find(name)]).toEqual([name, "missing"]);
  }
});

test("half a layer counts for nothing until it is committed", () => {
  const made = new Overlay("/app/static");
  made.layer().add(file("app/static/a.css"));
  expect([made.size, made.find("a.css")]).toEqual([0, "missing"]);
});
