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
      var text = twin.textContent ? "“" + visible(twin.textContent) + "” " : "";
      return panel.querySelector("h3").textContent + ": " + text + twin.title;
    }).filter(Boolean).join("\n");
  }

  document.querySelectorAll("article").forEach(function (article) {
    tokens(article).forEach(function (token, index) { token.tabIndex = index === 0 ? 0 : -1; });
  });

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
