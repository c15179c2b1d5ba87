(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  var output = document.createElement("div");
  output.id = "reading";
  output.setAttribute("aria-live", "polite");
  document.body.appendChild(output);

  function tokens(article) {
    return Array.from(article.querySelectorAll(".t"));
  }

  function panels(token) {
    return Array.from(token.closest(".panels").children);
  }

  function visible(text) {
    return text.replace(/\n/g, "↵").replace(/\t/g, "→");
  }

  function clear() {
    document.querySelectorAll(".twin").forEach(function (twin) { twin.classList.remove("twin"); });
    output.textContent = "";
  }

  function show(token) {
    clear();
    output.textContent = panels(token).map(function (panel) {
      var twin = panel.querySelector('.t[data-i="' + token.dataset.i + '"]');
      if (!twin || twin.textContent !== token.textContent) { return ""; }
      twin.classList.add("twin");
      if (panel.classList.contains("beside")) { return ""; }
      var text = twin.textContent ? "“" + visible(twin.textContent) + "” " : "";
      return panel.querySelector("h3").textContent + ": " + text + twin.title;
    }).filter(Boolean).join("\n");
  }

  document.querySelectorAll("article").forEach(function (article) {
    tokens(article).forEach(function (token, index) { token.tabIndex = index === 0 ? 0 : -1; });
  });

  // A second measure beside the one chosen: copies of the panels, coloured by it whatever else is chosen.
  function copyOf(article, choice) {
    var copy = article.cloneNode(true);
    copy.classList.add("beside");
    tokens(copy).forEach(function (token) {
      token.className = token.className.split(" ").map(function (name) {
        var coloured = /^m(\d+)-(.+)$/.exec(name);
        if (!coloured) { return name; }
        return coloured[1] === choice ? "c" + coloured[2] : "";
      }).filter(Boolean).join(" ");
    });
    copy.querySelectorAll(".sum").forEach(function (sum) {
      if (sum.classList.contains("s" + choice)) { sum.className = "sum"; } else { sum.remove(); }
    });
    return copy;
  }

  function putBeside(choice) {
    document.querySelectorAll(".beside").forEach(function (copy) { copy.remove(); });
    document.querySelectorAll("[data-kept]").forEach(function (scale) {
      scale.classList.add(scale.dataset.kept);
      delete scale.dataset.kept;
    });
    if (!choice) { return; }
    document.querySelectorAll(".scale.s" + choice).forEach(function (scale) {
      scale.dataset.kept = "s" + choice;
      scale.classList.remove("s" + choice);
    });
    document.querySelectorAll("article").forEach(function (article) {
      if (article.querySelector('[class*="m' + choice + '-"]')) { article.after(copyOf(article, choice)); }
    });
  }

  function offerSecond(picker) {
    var second = document.createElement("div");
    second.className = "picker second";
    second.appendChild(document.createElement("span")).textContent = "Beside it";
    var select = second.appendChild(document.createElement("select"));
    select.setAttribute("aria-label", "A second measure beside it");
    select.add(new Option("nothing", ""));
    picker.querySelectorAll("label").forEach(function (label, choice) {
      select.add(new Option(label.textContent, String(choice)));
    });
    select.addEventListener("change", function () { putBeside(select.value); });
    picker.after(second);
  }

  document.querySelectorAll(".picker").forEach(offerSecond);

  function around(event, act) {
    var token = event.target.closest && event.target.closest(".t");
    if (token) { act(token); }
  }

  function settle() {
    var focused = document.activeElement;
    if (focused && focused.classList.contains("t")) { show(focused); } else { clear(); }
  }

  document.addEventListener("focusin", function (event) {
    around(event, function (token) {
      tokens(token.closest("article")).forEach(function (other) { other.tabIndex = -1; });
      token.tabIndex = 0;
      show(token);
    });
  });
  document.addEventListener("focusout", clear);
  document.addEventListener("mouseover", function (event) { around(event, show); });
  document.addEventListener("mouseout", function (event) { around(event, settle); });
  document.addEventListener("keydown", function (event) {
    var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    around(event, function (token) {
      var all = tokens(token.closest("article"));
      var next = all[all.indexOf(token) + step];
      if (next) { next.focus(); event.preventDefault(); }
    });
  });
})();
