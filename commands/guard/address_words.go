package guard

// Words of addresses, folded. Suffixes follow appendix C1 of the Postal
// Addressing Standards of the US Postal Service (Publication 28), as far as
// they are in use in towns, with what people write instead.
var (
	// strongSuffixes hardly stand behind a number and a word for anything else.
	strongSuffixes = wordSet(`
		street str st road rd avenue avenues ave av aven avn lane ln boulevard blvd boul parkway pkwy highway hwy turnpike tpke
		terrace terr drv`)

	// weakSuffixes are words of other use too. They count unless the word
	// before says so ("food drive").
	weakSuffixes = wordSet(`
		drive dr way place pl court ct square sq ter circle cir trail trl loop plaza plz path alley aly lp pike crescent cres
		cove cv heights hts`)

	// riskySuffixes count only where an address is to be expected, or with a
	// capital letter.
	riskySuffixes = wordSet(`
		park green walk run pass hill point pt view close row bend bridge village garden gardens common commons crossing xing
		landing field fields meadow meadows grove hollow manor ridge estates extension mews knoll crest spur wharf`)

	// lonelyStreets need no suffix.
	lonelyStreets = wordSet("broadway bowery esplanade")

	// otherDrives are words before a weak suffix, or "street", that make
	// something else of it.
	otherDrives = wordSet(`
		food coat blood toy book clothing supply hard flash usb disk test long easy short way same other whole wrong dead half
		basketball tennis bike hiking nature town side story car diaper sock donation membership gift bedroom parking
		work market birth lunch`)

	// directions stand before a name or behind a suffix.
	directions = wordSet(`
		n s e w ne nw se sw north south east west northeast northwest southeast southwest`)

	// routeWords lead to a number, routePrefix to one of them: "1420 Route 7",
	// "77 County Rd 12".
	routeWords  = wordSet("us route rte rt highway hwy road rd cr sr fm interstate")
	routePrefix = wordSet("state us county old co cty st")

	// streetWords begin a Spanish street, connectors may follow them.
	streetWords = wordSet(`
		calle avenue avenida av ave avda avd bulevar boulevard blvd camino carretera carr ruta callejon paseo pasaje plaza
		calzada privada priv prol cda prolongacion jiron carrera cra diagonal transversal via cerrada vereda`)
	connectors = wordSet("de del la las los el")

	// markWords announce a house number.
	markWords = wordSet("number no num numero nro n house casa nr")

	// boxWords stand before the number of a box at the post office.
	boxWords = wordSet("apartado apdo casilla pob")

	// unitWords, floorWords and orderWords are of what is inside a house.
	unitWords = wordSet(`
		apt apartment apto apartamento depto dpto departamento unit unidad ste suite lot lote floor fl piso int interior bldg
		building edificio edif trailer spc space room rm cuarto bajo puerta`)
	floorWords = wordSet("floor fl piso planta")
	orderWords = wordSet(`
		first second third fourth fifth primer primero segundo tercer tercero cuarto quinto ground top basement`)

	// Somebody lives at what follows one of liveWords and one of atWords, or
	// one of placeWords: "I live at", "mi dirección es".
	liveWords = wordSet(`
		im were live lives living stay stays staying reside resides located vivo vive viven vivimos vivian quedo queda`)
	atWords    = wordSet("at on en is es a")
	placeWords = wordSet("address direccion domicilio")

	// notHouses stand before numbers that count something else.
	notHouses = wordSet(`
		rr hc bus line train exit room table page size chapter verse gate aisle level seat bay interstate grade
		camion linea tren salida salon cuarto mesa pagina talla capitulo caja puerta nivel grado numeros las al forma form
		model part code zip`)
)

// smallWords do not stand in the name of a street.
const smallWords = `
	to at on in of for from and or the a an with by is are was were be my your our their his her near up down over off behind per
	each need needs please pls has have had can could will would i we he she they it its this that these those not until till
	before after then than as if so but who when where which while about around into via thru through past toward towards im
	am pm x only every other more left right next between within without there here some any all both too just also plus
	y o u en por para con sin desde hasta hay es son mi su tu que se esta estan un una unos unas cada al lo le si no pero ni
	como cuando donde antes despues entre sobre tras mas menos cerca abajo arriba ya muy todo todos toda todas ser fue somos
	estoy voy va van habra tengo tiene necesito ocupo necesita busco favor porfa
`

// countWords are what people count, measure and date: behind a number they
// stand in the plural, or the number belongs to what comes before.
const countWords = `
	people person persons kid kids child children adult adults men women guys friends volunteers drivers families
	students seniors neighbors dogs cats riders seats hour hours hr hrs minute minutes min mins day days week weeks wk
	month months year years yr yrs night nights time times mile miles mi blocks foot feet ft inch inches yard yards km
	meter meters lb lbs pound pounds oz ounce ounces gallon gallons cups dozen bags boxes cans cases loads cords packs
	pieces sets beds trips rides stops shifts spots tickets meals dollars bucks percent items masks chairs doors steps
	cars trucks buses units sizes pages oclock noon midnight today tomorrow tonight monday tuesday wednesday thursday
	friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january february march april may june july
	august september october november december jan feb mar apr jun jul aug sep sept oct nov dec persona personas ninos
	ninas adultos hombres mujeres familias voluntario voluntarios hora horas minuto minutos dia dias semana semanas mes
	meses ano anos noche noches veces tarde tardes manana milla millas cuadras calles pie pies metro metros libra
	libras kilo kilos litro litros galones tazas docena bolsas cajas latas piezas cargas camas viajes vueltas boletos
	comidas dolar dolares peso pesos hojas puertas pasos carros trocas camiones turnos paquetes cobijas sillas mesas
	juegos lunes martes miercoles jueves viernes sabado domingo lun mar mie jue vie sab dom enero febrero marzo abril
	junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic`

var (
	// notNames are words that the name of a street does not hold.
	notNames = wordSet(smallWords, countWords)

	// counted are words that take the number before them.
	counted = wordSet(countWords)
)
