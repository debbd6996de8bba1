"""What every page and every API handler stands on; knows no slice.

A slice's ``pages.py`` and ``api.py`` each end with ``routes: list`` which ``app.py`` collects. Full paths, one policy
each::

    @policy(Roles(Role.MANAGER))                       # or Public, SignedIn; no policy: the application will not start
    @get("/desk/people")
    async def show(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
        return render.page(request, "people/list.html", people=await service.people(acting), form=Form())

    @policy(Roles(Role.MANAGER))                       # Roles(…, upload=True) when the form carries a file
    @post("/desk/people")
    async def add(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
        form = await forms.read(request)
        name = form.text("name")                       # notes its fault, goes on; also integer, day, decimal, choice…

        async def run() -> dict[str, Any]:             # JSON-able result, kept for a second press
            person = await service.create_person(acting, name=name, …)
            return {"id": str(person.id)}

        try:
            form.check()                               # every fault at once; atomic: one unit of work, signs nothing
            made = await form.once(request, acting, run, atomic=True)
        except (BadInput, Refused, Conflict) as error:  # the page again: entries kept, sentences beside their fields
            return form.again(request, "people/list.html", error, people=await service.people(acting))
        return render.to(request, f"/desk/people/{made['id']}")     # 303, under the request's prefix

    class NewPerson(BaseModel):
        name: str

    @policy(Roles(Role.MANAGER))
    @post("/api/v1/people")                            # needs the header Idempotency-Key (checked by the guard)
    async def api_add(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[NewPerson]) -> dict[str, Any]:
        return await once.api(request, acting, lambda: _add(acting, data), atomic=True)

    routes: list[Any] = [show, add]

Litestar wants each argument marked: ``acting: Actor`` (``seal.web.context``; where the policy asks for a sign-in),
``association: Tenancy`` (``seal.associations.directory``; ``NotFound`` when the address has none), ``FromPath[UUID]``,
``FromQuery[str] = ""``, ``JSONBody[Model]`` (``litestar.params``). Do not catch errors only to answer:
``problems`` turns every ``SealError`` into a problem document or a page. The template::

    {% extends "desk/base.html" %}{% import "components/forms.html" as f %}
    {% block title %}{{ t("people.title") }}{% endblock %}
    {% block content %}<form method="post" action="{{ url('/desk/people') }}">{{ hidden() }}{{ f.problems(form, t) }}
      {{ f.text(form, "name", t("people.name")) }}{{ f.submit(t("people.add")) }}</form>{% endblock %}

Names in every template: ``render.names``. Filters: ``day``, ``long_day``, ``moment``, ``number``. No ``style=``
attribute and no script: the content security policy refuses both. Public pages extend ``base.html``.
"""
