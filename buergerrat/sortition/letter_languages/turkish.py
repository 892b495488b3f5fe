"""Turkish, for people who do not read German well."""

_MAIN = """Yurttaş meclisi (Bürgerrat), {ort} yerleşiminden {plaetze} kişilik bir gruptur. Bu kişiler bir soruyu birlikte tartışır ve öneriler hazırlar. Belediye meclisi her öneriye yanıt verir. Soru (Almanca):
„{frage}“

Ne zaman?

{termine}

Neye ihtiyacım var?

Özel bir bilgiye veya mükemmel Almancaya ihtiyacınız yok. Çeviriye, çocuk bakımına veya ulaşım desteğine mi ihtiyacınız var? Biz hallederiz. Sizin için ücretsizdir."""

TEXTS = {
    "invitation": {
        "subject": "Kurayla seçildiniz: Siz de söz alın",
        "body": "Kurayla seçildiniz. {stadt} sizi „{titel}“ adlı yurttaş meclisine davet ediyor. "
        f"Katılım gönüllüdür.\n\n{_MAIN}",
    },
    "reminder": {
        "subject": "Yanıtınızı bekliyoruz",
        "body": "Kısa bir süre önce sizi „{titel}“ adlı yurttaş meclisine davet ettik. Kurayla "
        "seçildiniz. Yanıt verdiyseniz başka bir şey yapmanıza gerek yok.\n\n"
        f"{_MAIN}",
    },
}
ANSWER = (
    "Nasıl yanıt verebilirsiniz",
    "Son yanıt tarihi: {antwortfrist}. „Hayır“ yanıtı da bize yardımcı olur. Neden belirtmeniz "
    "gerekmez.\n"
    "İnternet: {webseite}/antwort\n"
    "Kodunuz gerekir. Kod 1. sayfada yazılıdır.\n"
    "Telefon: {telefon}\n"
    "Postayla: Yanıt kartını (“Antwortkarte”) işaretleyin: Ja = evet, Nein = hayır.",
)
RIGHTS = (
    "Verileriniz",
    "Adınızı ve adresinizi nüfus kayıt sisteminden (Melderegister) aldık. Verilerinizi yalnızca "
    "yurttaş meclisi için kullanıyoruz. Hangi verilere sahip olduğumuzu sorabilir, verilerinizi "
    "düzelttirebilir veya sildirebilirsiniz. İtiraz edebilirsiniz: O zaman size bir daha "
    "yazmayız. Ayrıntılı bilgi (Almanca): {datenschutz}",
)
FORWARDED = (
    "Verileriniz",
    "Bu mektubu size nüfus dairesi (Meldebehörde) gönderdi. Adınızı ve adresinizi bilmiyoruz. "
    "Yanıtınızı yalnızca yurttaş meclisi için kullanıyoruz. Hangi verilere sahip olduğumuzu "
    "sorabilir, verilerinizi düzelttirebilir veya sildirebilirsiniz. Ayrıntılı bilgi (Almanca): "
    "{datenschutz}",
)
